package web

// CheckPassword refuses a password that is guessed first: the command line
// holds people to the same rule as the console.
func CheckPassword(password, login, name string) error { return goodPassword(password, login, name) }
