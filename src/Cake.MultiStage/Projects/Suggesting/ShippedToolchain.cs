using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Suggesting;

/// <summary>Finds what the stage that ships, and the stages under it, have for building alone.</summary>
internal static class ShippedToolchain
{
    // The last part of an image's name, a word with which its tag says that it has none, and what the image has.
    private static readonly (string Name, string? Without, string What)[] Bases =
    [
        ("golang", null, "the Go toolchain"), ("rust", null, "the Rust toolchain"), ("gcc", null, "GCC"),
        ("maven", null, "Maven and a JDK"), ("gradle", null, "Gradle and a JDK"), ("sdk", null, "the .NET SDK"),
        ("buildpack-deps", null, "compilers and headers"), ("openjdk", "jre", "a JDK"), ("eclipse-temurin", "jre", "a JDK"),
        ("amazoncorretto", "headless", "a JDK"), ("node", "slim", "compilers and headers beside Node.js"),
        ("python", "slim", "compilers and headers beside Python"), ("ruby", "slim", "compilers and headers beside Ruby"),
    ];

    private static readonly (string Words, string What)[] Commands =
    [
        ("go build", "Go"), ("go install", "Go"), ("cargo build", "Cargo"), ("cargo install", "Cargo"), ("dotnet publish", "the .NET SDK"),
        ("dotnet build", "the .NET SDK"), ("mvn", "Maven"), ("./mvnw", "Maven"), ("gradle", "Gradle"), ("./gradlew", "Gradle"),
        ("npm run build", "Node.js's build tools"), ("yarn build", "Node.js's build tools"), ("pnpm build", "Node.js's build tools"),
        ("pnpm run build", "Node.js's build tools"), ("npm install", "npm"), ("npm ci", "npm"), ("pip install", "pip"),
        ("bundle install", "Bundler"), ("composer install", "Composer"), ("make", "make"), ("gcc", "GCC"), ("g++", "GCC"),
        ("cmake", "CMake"), ("build-essential", "compilers"), ("build-base", "compilers"),
    ];

    public static IReadOnlyList<string> Find(Dockerfile file, string? target, IReadOnlyDictionary<string, string> arguments)
    {
        var chain = StageChain.Of(file, target, arguments);
        var root = file.ExpandBase(chain[^1], arguments);
        List<string> found = [];
        if (ImageReference.TryParse(root, out var image)
            && Bases.FirstOrDefault(one => IsOf(image, one.Name, one.Without)) is { What: { } what })
        {
            found.Add($"{Place(file, chain[^1], null)}: what ships starts from '{root}', which has {what}.");
        }

        foreach (var (stage, instruction) in chain.Reverse()
            .SelectMany(stage => stage.Instructions.Select(instruction => (stage, instruction))))
        {
            var text = instruction switch { RunInstruction { Command: ShellCommand command } =>
                command.Text, RunInstruction { Heredoc: { } script } =>
                    script, RunInstruction { Command: ExecCommand exec } => string.Join(' ', exec.Arguments), _ => "" };
            if (Commands.FirstOrDefault(one => Holds(text, one.Words)) is { Words: { } words, What: var tool })
            {
                found.Add($"{Place(file, stage, instruction)}: '{words}' runs in what ships, and {tool} stays in it.");
            }
        }

        return found;
    }

    private static bool IsOf(ImageReference image, string name, string? without) =>
        PosixPath.NameOf(image.Path) == name
            && !(without is not null && image.Tag?.Contains(without, StringComparison.Ordinal) == true)
            && image.Tag?.Contains("alpine", StringComparison.Ordinal) != true;

    private static bool Holds(string text, string words)
    {
        for (var at = text.IndexOf(words, StringComparison.Ordinal); at >= 0; at = text.IndexOf(words, at + 1, StringComparison.Ordinal))
        {
            var end = at + words.Length;
            if ((at == 0 || IsEdge(text[at - 1])) && (end == text.Length || IsEdge(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsEdge(char c) => char.IsWhiteSpace(c) || c is ';' or '&' or '|' or '(' or ')' or '"';

    private static string Place(Dockerfile file, Stage stage, Instruction? instruction)
    {
        var index = file.Stages.Index().First(other => ReferenceEquals(other.Item, stage)).Index;
        return instruction is null
            ? file.Place(index)
            : file.Place(index, stage.Instructions.Index().First(other => ReferenceEquals(other.Item, instruction)).Index);
    }
}
