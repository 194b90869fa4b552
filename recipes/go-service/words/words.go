// Package words holds the words of the greeting.
package words

// Greeting returns the greeting for a name.
func Greeting(name string) string {
	return "Hello, " + name + "!"
}
