"""What a mention feels: features, the online model, its language and its shipped seed."""
