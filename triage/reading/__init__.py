"""What does this text say? Pure: raw bytes and text in, frozen values out; never raises on bad mail.

Constants that are data (lexicons, weights) are read once from package files beside the code.
"""
