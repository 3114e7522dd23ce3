// Command zhenwu is the one system of a township government.
package main

func main() {}
