"""``entity.*``: the data stores of applications."""
