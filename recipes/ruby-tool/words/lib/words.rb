# Words for people.
module Words
  def self.greeting(name) = "Hello, #{name}!"
end
