namespace Words;

public static class Greeting
{
    public static string For(string? name) => $"Hello, {(string.IsNullOrWhiteSpace(name) ? "world" : name.Trim())}!";
}
