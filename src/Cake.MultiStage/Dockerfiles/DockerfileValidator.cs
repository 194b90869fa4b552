using System.Text;
using Cake.MultiStage.Dockerfiles.Reading;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>Finds everything that keeps Docker from building a file as described.</summary>
internal sealed class DockerfileValidator(Dockerfile file)
{
    // The engine 20.10 reads lines with Go's bufio.Scanner, whose longest token is 64 KiB less the newline.
    private const int LongestLine = (64 * 1024) - 1;

    private readonly StageGraph graph = new(file.Stages);
    private readonly GlobalArguments defaults = new(file.Arguments);
    private readonly List<string> problems = [];

    public IReadOnlyList<string> Problems()
    {
        if (file.Source is { } source)
        {
            CheckRead(source);
            return problems;
        }

        CheckHead();
        for (var i = 0; i < file.Stages.Count; i++)
        {
            CheckName(i);
            CheckBase(i);
            CheckInstructions(i);
        }

        return problems;
    }

    public static string Place(IReadOnlyList<Stage> stages, int index) =>
        stages[index].Name is { } name
            ? $"stage '{Words.Show(name)}'"
            : $"stage {Words.Number(index)} (FROM {Words.Show(stages[index].Base.Text)})";

    public static string Place(string stage, Instruction instruction, int index) =>
        $"{stage}, instruction {Words.Number(index + 1)} ({instruction.Keyword})";

    public static bool IsPlatformArgument(string name) =>
        name is "BUILDPLATFORM"
            or "BUILDOS"
            or "BUILDOSVERSION"
            or "BUILDARCH"
            or "BUILDVARIANT"
            or "TARGETPLATFORM"
            or "TARGETOS"
            or "TARGETOSVERSION"
            or "TARGETARCH"
            or "TARGETVARIANT"
            or "TARGETSTAGE";

    public static string UnknownStage(string name, IReadOnlyList<Stage> stages)
    {
        var names = stages.Select(stage => stage.Name).OfType<string>().ToList();
        var closest = names.Select(known => (Name: known, Distance: Distance(name, known)))
            .OrderBy(known => known.Distance)
            .FirstOrDefault();
        return $"there is no stage '{Words.Show(name)}'"
            + (closest.Name is not null && closest.Distance <= Math.Max(2, name.Length / 3) ? $": did you mean '{closest.Name}'?"
            : names.Count > 0 ? $": the stages are '{string.Join("', '", names)}'"
            : ": no stage has a name");
    }

    /// <summary>
    /// A file that was read is judged by the builder, with its own rules. Ours are about what can't be followed, and about what was
    /// changed.
    /// </summary>
    private void CheckRead(DockerfileSource source)
    {
        problems.AddRange(Enumerable.Range(0, file.Stages.Count).Where(i => graph.Needs(i).Any(needed => Reaches(needed, i, graph.Needs)))
            .Select(
                i => $"{file.Place(i)}: the stage needs itself, through what it copies or starts from: move what they share into a stage "
                    + "of its own"));
        foreach (var (stage, instruction) in new SourceWriter(file, source).Changed)
        {
            var place = instruction is null
                ? file.Place(stage)
                : $"{(stage < 0 ? "global argument" : file.Place(stage))}, changed {instruction.Keyword}";
            problems.AddRange((instruction?.Problems() ?? []).Select(problem => $"{place}: {problem}"));
            if (source.Escape == '`' && (instruction?.ToString() ?? DockerfileWriter.From(file.Stages[stage])).Any(c => c is '`' or '\\'))
            {
                problems.Add(
                    $"{place}: it has a backslash or a backtick, and the file's escape character is a backtick: change it in the file "
                        + "itself");
            }
        }
    }

    private void CheckHead()
    {
        if (file.Stages.Count == 0)
        {
            problems.Add("it has no stage: add one");
        }

        if (file.Syntax is not null && !ImageReference.TryParse(file.Syntax, out _))
        {
            problems.Add($"the syntax '{Words.Show(file.Syntax)}' is not a valid image: expected one such as 'docker/dockerfile:1'");
        }

        problems.AddRange(file.Arguments.SelectMany(argument => argument.Problems()).Select(problem => $"global argument: {problem}"));
    }

    private void CheckName(int index)
    {
        if (file.Stages[index] is not { Name: { } name })
        {
            return;
        }

        var place = Place(file.Stages, index);
        if (name is "scratch" or "context")
        {
            problems.Add($"{place}: the name is reserved: choose another");
        }
        else if (!Rules.IsStageName(name))
        {
            problems.Add(
                $"{place}: '{Words.Show(name)}' is not a valid stage name: use lower-case letters, digits, '-', '_' and '.', a letter "
                    + "first");
        }

        if (graph.IndexOf(name) != index)
        {
            problems.Add($"{place}: the name is taken by an earlier stage; case does not tell them apart: rename one");
        }
    }

    private void CheckBase(int index)
    {
        var (stage, place) = (file.Stages[index], Place(file.Stages, index));
        problems.AddRange(Rules.FlagValue("platform", stage.Platform).Select(problem => $"{place}: {problem}"));
        CheckVariables(place, stage.Platform);
        if (stage.Comment is not null && Words.Unwritable(stage.Comment) is { } trouble)
        {
            problems.Add($"{place}: the comment has {trouble}");
        }

        switch (stage.Base)
        {
            case NamedStageBase named when graph.IndexOf(named.StageName) is var found && found < 0:
                problems.Add($"{place}: {UnknownStage(named.StageName, file.Stages)}");
                break;
            case NamedStageBase named:
                CheckOrder(place, index, graph.IndexOf(named.StageName), "FROM");
                break;
            case ImageBase image when !ImageReference.TryParse(image.Reference, out _):
                problems.Add(
                    $"{place}: '{Words.Show(image.Reference)}' is not a valid image: expected [registry[:port]/]path[:tag][@digest], "
                        + "such as "
                        + "'golang:1.21'");
                break;
            case ArgumentBase argument:
                CheckArgumentBase(place, index, argument.Expression);
                break;
            default:
                break;
        }
    }

    private void CheckArgumentBase(string place, int index, string expression)
    {
        var trouble = expression.Any(c => char.IsWhiteSpace(c) || c is '"' or '\'' or '\\')
            ? $"'{Words.Show(expression)}' is not a valid base: spaces, quotes and backslashes cannot stand in it"
            : Rules.Text("the base", expression).FirstOrDefault();
        if (trouble is not null)
        {
            problems.Add($"{place}: {trouble}");
            return;
        }

        CheckVariables(place, expression);
        var byDefault = graph.IndexOf(defaults.Expand(expression));
        foreach (var later in graph.Bases(index).Append(byDefault).Distinct().Where(found => found > index))
        {
            CheckOrder(place, index, later, "FROM");
        }
    }

    private void CheckVariables(string place, string? text)
    {
        var unknown = VariableText.Read(text ?? "").Names
            .Where(name => !IsPlatformArgument(name) && file.Arguments.All(argument => argument.Name != name));
        problems.AddRange(
            unknown.Select(name => $"{place}: FROM uses ${name}, which is not a global argument: declare it before the first stage"));
    }

    private void CheckOrder(string place, int index, int found, string what)
    {
        if (found == index)
        {
            problems.Add($"{place}: {what} refers to the stage itself: name an earlier stage");
        }
        else if (found > index)
        {
            var advice = Reaches(found, index, graph.Dependencies)
                ? ", and the two are in a cycle: break it by moving what they share into a stage of its own"
                : ": move that stage up";
            problems.Add($"{place}: {what} refers to {Place(file.Stages, found)}, which comes later{advice}");
        }
    }

    private void CheckInstructions(int index)
    {
        var stage = file.Stages[index];
        var (hasWorkdir, fromScratch) = graph.FolderAtStart(index);
        var shell = graph.ShellAtStart(index);
        for (var j = 0; j < stage.Instructions.Count; j++)
        {
            var instruction = stage.Instructions[j];
            var place = Place(Place(file.Stages, index), instruction, j);
            var found = instruction.Problems().ToList();
            if (found.Count == 0 && instruction.Write(shell).Split('\n').Any(line => Encoding.UTF8.GetByteCount(line) > LongestLine))
            {
                found.Add("a line is longer than 65535 bytes, which Docker refuses to read: put the text into a file");
            }

            found.AddRange(FolderProblems(instruction, hasWorkdir, fromScratch));
            problems.AddRange(found.Select(problem => $"{place}: {problem}"));
            foreach (var reference in StageGraph.References(instruction))
            {
                CheckReference(place, index, reference);
            }

            hasWorkdir |= instruction is WorkdirInstruction or RawInstruction { Keyword: "WORKDIR" };
            shell = instruction is ShellInstruction changed ? changed.Arguments : shell;
        }
    }

    private static IEnumerable<string> FolderProblems(Instruction instruction, bool hasWorkdir, bool fromScratch)
    {
        var destination = instruction switch { CopyInstruction copy => copy.Destination, AddInstruction add => add.Destination, _ => null };
        return instruction switch
        {
            _ when hasWorkdir => [],
            WorkdirInstruction { Path: [not ('/' or '$'), ..] and var path } =>
                [$"'{Words.Show(path)}' is relative and no absolute WORKDIR comes before it: make it absolute"],
            _ when fromScratch && destination is [not ('/' or '$'), ..] =>
                [$"the destination '{Words.Show(destination)}' is relative and the stage has no WORKDIR: make it absolute"],
            _ => [],
        };
    }

    private void CheckReference(string place, int index, string reference)
    {
        if (reference.Contains('$', StringComparison.Ordinal))
        {
            problems.Add(
                $"{place}: 'from' is '{Words.Show(reference)}', and Docker expands no variable there: make a stage FROM "
                    + $"{Words.Show(reference)} and name that");
            return;
        }

        var found = graph.IndexOfReference(reference);
        if (found >= 0)
        {
            CheckOrder(place, index, found, "'from'");
        }
        else if (file.ContextNames.Contains(reference, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }
        else if (reference.Length > 0 && reference.All(char.IsAsciiDigit))
        {
            problems.Add($"{place}: there is no stage {reference}: stages count from 0, better name them");
        }
        else if (Rules.IsStageName(reference) && !reference.Contains('.', StringComparison.Ordinal))
        {
            problems.Add($"{place}: {UnknownStage(reference, file.Stages)}; an image needs its tag, such as '{reference}:latest'");
        }
        else if (!ImageReference.TryParse(reference, out _))
        {
            problems.Add($"{place}: 'from' is '{Words.Show(reference)}', which is neither a stage nor an image: name one of them");
        }
    }

    private static bool Reaches(int from, int to, Func<int, IEnumerable<int>> needs)
    {
        var (seen, waiting) = (new HashSet<int>(), new Stack<int>([from]));
        while (waiting.TryPop(out var stage))
        {
            if (seen.Add(stage))
            {
                needs(stage).ToList().ForEach(waiting.Push);
            }
        }

        return seen.Contains(to);
    }

    // Levenshtein's distance: how many letters to change, add or drop.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
