"""Words whose worth is another one where a brand's people speak: markets, games, sport."""
