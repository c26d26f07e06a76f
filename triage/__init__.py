"""An e-mail assistant that lets a heated thread cool down before the reply goes out."""
