# A small tool: it greets.
require "words"

puts Words.greeting(ARGV.first || "world")
