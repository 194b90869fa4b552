using Words;

(string? Name, string Expected)[] cases = [("Docker", "Hello, Docker!"), (" ", "Hello, world!"), (null, "Hello, world!")];
var failed = 0;
foreach (var (name, expected) in cases)
{
    var actual = Greeting.For(name);
    failed += actual == expected ? 0 : 1;
    Console.WriteLine($"{(actual == expected ? "passed" : "FAILED")}: '{name}' gives '{actual}'");
}

return failed;
