using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Suggesting;

/// <summary>Finds what the stage that ships, and the stages under it, have for building alone.</summary>
internal static class ShippedToolchain
{
    // The last part of an image's name, words with which its tag says that it has none, and what the image has.
    private static readonly (string Name, string[] Without, string What)[] Bases =
    [
        ("golang", [], "the Go toolchain"), ("rust", [], "the Rust toolchain"), ("gcc", [], "GCC"),
        ("swift", ["slim"], "the Swift toolchain"),
        ("maven", [], "Maven and a JDK"), ("gradle", [], "Gradle and a JDK"), ("sdk", [], "the .NET SDK"),
        ("buildpack-deps", ["curl", "scm"], "compilers and headers"), ("openjdk", ["jre"], "a JDK"), ("eclipse-temurin", ["jre"], "a JDK"),
        ("amazoncorretto", ["headless"], "a JDK"), ("node", ["slim", "alpine"], "compilers and headers beside Node.js"),
        ("python", ["slim", "alpine"], "compilers and headers beside Python"),
        ("ruby", ["slim", "alpine"], "compilers and headers beside Ruby"),
    ];

    private static readonly (string Words, string What)[] Commands =
    [
        ("go build", "Go"), ("go install", "Go"), ("cargo build", "Cargo"), ("cargo install", "Cargo"), ("dotnet publish", "the .NET SDK"),
        ("dotnet build", "the .NET SDK"), ("mvn", "Maven"), ("./mvnw", "Maven"), ("gradle", "Gradle"), ("./gradlew", "Gradle"),
        ("npm run build", "Node.js's build tools"), ("yarn build", "Node.js's build tools"), ("pnpm build", "Node.js's build tools"),
        ("pnpm run build", "Node.js's build tools"), ("npm install", "npm"), ("npm ci", "npm"), ("pip install", "pip"),
        ("pip3 install", "pip"),
        ("bundle install", "Bundler"), ("composer install", "Composer"),
    ];

    // Programs that are run, and the packages that bring them.
    private static readonly (string Word, string What)[] Tools =
    [
        ("make", "make"), ("gcc", "GCC"), ("g++", "GCC"), ("cmake", "CMake"), ("build-essential", "compilers"), ("build-base", "compilers"),
    ];

    private static readonly string[] Installing =
        ["apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper", "pacman"];

    private static readonly string[] Removing =
        ["purge", "autoremove", "apt-get remove", "apt remove", "apk del", "dnf remove", "microdnf remove", "yum remove", "zypper remove"];

    public static IReadOnlyList<string> Find(Dockerfile file, string? target, IReadOnlyDictionary<string, string> arguments)
    {
        var chain = StageChain.Of(file, target, arguments);
        var root = file.ExpandBase(chain[^1], arguments);
        List<string> found = [];
        if (ImageReference.TryParse(root, out var image)
            && Array.Find(Bases, one => IsOf(image, one.Name, one.Without)) is { What: { } what })
        {
            found.Add($"{Place(file, chain[^1], null)}: what ships starts from '{root}', which has {what}.");
        }

        foreach (var (stage, instruction) in chain.Reverse()
            .SelectMany(stage => stage.Instructions.Select(instruction => (stage, instruction))))
        {
            var text = instruction switch { RunInstruction { Command: ShellCommand command } =>
                command.Text, RunInstruction { Heredoc: { } script } =>
                    script, RunInstruction { Command: ExecCommand exec } => string.Join(' ', exec.Arguments), _ => "" };
            if (Array.Find(Commands, one => Holds(text, one.Words)) is { Words: { } words, What: var tool })
            {
                found.Add($"{Place(file, stage, instruction)}: '{words}' runs in what ships, and {tool} stays in it.");
            }
            // What the same step takes away again is in no layer.
            else if (Array.Find(Tools, one => Holds(text, one.Word)) is { Word: { } word, What: var kind }
                && !Array.Exists(Removing, words => Holds(text, words)))
            {
                var verb = Array.Exists(Installing, words => Holds(text, words)) ? "is installed" : "runs";
                found.Add($"{Place(file, stage, instruction)}: '{word}' {verb} in what ships, and {kind} stays in it.");
            }
        }

        return found;
    }

    private static bool IsOf(ImageReference image, string name, string[] without) =>
        PosixPath.NameOf(image.Path) == name
            && !Array.Exists(without, word => image.Tag?.Contains(word, StringComparison.Ordinal) == true);

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
