Gem::Specification.new do |gem|
  gem.name = "words"
  gem.version = "1.0.0"
  gem.summary = "Words for people."
  gem.authors = ["The example's author"]
  gem.files = ["lib/words.rb"]
end
