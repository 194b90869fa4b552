using System.Globalization;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>Which stage refers to which.</summary>
internal sealed class StageGraph(IReadOnlyList<Stage> stages)
{
    public static IReadOnlyList<string> DefaultShell => ["/bin/sh", "-c"];

    /// <summary>The stage a name stands for, or -1. Docker compares names without regard to case.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < stages.Count; i++)
        {
            if (string.Equals(stages[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The last stage of a name before a place, or -1: where two have one name, the later one has it from there on.</summary>
    private int Latest(string name, int before)
    {
        var index = before - 1;
        while (index >= 0 && !string.Equals(stages[index].Name, name, StringComparison.OrdinalIgnoreCase))
        {
            index--;
        }

        return index;
    }

    /// <summary>The stage that <c>--from</c> or <c>--target</c> names, by name or by number, or -1.</summary>
    public int IndexOfReference(string reference) =>
        Latest(reference, stages.Count) is var index and >= 0 ? index
        : int.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < stages.Count ? number
        : -1;

    /// <summary>The stages a stage's base may be, whatever the arguments.</summary>
    public IEnumerable<int> Bases(int stage) => stages[stage].Base switch
    {
        NamedStageBase named =>
            (Latest(named.StageName, stage) is var index and >= 0 ? index : IndexOf(named.StageName)) is var found and >= 0 ? [found] : [],
        ImageBase image => Latest(image.Reference, stage) is var index and >= 0 ? [index] : [],
        ArgumentBase argument => Matching(argument.Expression, stage),
        _ => [],
    };

    /// <summary>The stages among which the platform that is built for chooses a stage's base; none where it doesn't.</summary>
    public IReadOnlyList<int> OpenBases(int stage, GlobalArguments arguments)
    {
        if (!arguments.IsOpen(stages[stage].Base.Text))
        {
            return [];
        }

        // As it is written, for what a variable adds where it is set; and with the arguments that have values.
        VariableText[] texts = [VariableText.Read(stages[stage].Base.Text), VariableText.Read(arguments.Expand(stages[stage].Base.Text))];
        return [.. Enumerable.Range(0, stage)
            .Where(i => stages[i].Name is { } name && Array.Exists(texts, text => IsMeant(text, name)))];
    }

    /// <summary>
    /// The stage that a stage's base is under given arguments, or null where it is an image, or the platform chooses among several stages.
    /// </summary>
    public int? Base(int stage, GlobalArguments arguments) =>
        stages[stage].Base is ScratchBase ? null
        : OpenBases(stage, arguments) is { Count: > 0 } open ? open is [var only] ? only : null
        : Latest(arguments.Expand(stages[stage].Base.Text), stage) is var index and >= 0 ? index
        : null;

    /// <summary>The texts of <c>--from</c> in a stage: of COPY, of mounts, and of raw text.</summary>
    public IEnumerable<string> References(int stage) => stages[stage].Instructions.SelectMany(References);

    /// <summary>Every stage a stage refers to, whatever the arguments.</summary>
    public IEnumerable<int> Dependencies(int stage) =>
        Bases(stage).Concat(References(stage).Select(IndexOfReference).Where(index => index >= 0)).Distinct();

    /// <summary>The stages a stage needs for certain: what an argument chooses is not among them.</summary>
    public IEnumerable<int> Needs(int stage) =>
        (stages[stage].Base is ArgumentBase ? [] : Bases(stage))
            .Concat(References(stage).Select(IndexOfReference).Where(index => index >= 0))
            .Distinct();

    /// <summary>The shell of the shell-form commands a stage begins with, as far as the file tells.</summary>
    public IReadOnlyList<string> ShellAtStart(int stage)
    {
        var seen = new HashSet<int>();
        for (var at = BaseBefore(stage); at >= 0 && seen.Add(at); at = BaseBefore(at))
        {
            if (stages[at].Instructions.OfType<ShellInstruction>().LastOrDefault() is { } shell)
            {
                return shell.Arguments;
            }
        }

        return DefaultShell;
    }

    /// <summary>Whether a stage begins with a working folder, and whether it grows from nothing.</summary>
    public (bool HasWorkdir, bool FromScratch) FolderAtStart(int stage)
    {
        var (at, seen) = (stage, new HashSet<int>());
        while (seen.Add(at))
        {
            if (stages[at].Base is ScratchBase)
            {
                return (false, true);
            }

            if (BaseBefore(at) is not (>= 0 and var earlier))
            {
                return (false, false);
            }

            if (stages[earlier].Instructions.OfType<WorkdirInstruction>().Any())
            {
                return (true, false);
            }

            at = earlier;
        }

        return (false, false);
    }

    public static IEnumerable<string> References(Instruction instruction) => instruction switch
    {
        CopyInstruction { From: { } from } => [from],
        RunInstruction run => run.Mounts.Select(mount => mount.From).OfType<string>(),
        RawInstruction raw => raw.From,
        OnBuildInstruction onBuild => References(onBuild.Trigger),
        _ => [],
    };

    private int BaseBefore(int stage) => Bases(stage).Where(index => index < stage).DefaultIfEmpty(-1).First();

    private IEnumerable<int> Matching(string expression, int stage)
    {
        var text = VariableText.Read(expression);
        return Enumerable.Range(0, stages.Count).Where(i => i != stage && stages[i].Name is { } name && IsMeant(text, name));
    }

    // A lone ${BASE} can be any stage, which would tie every stage to it: it is taken for an image or a stage already there.
    private static bool IsMeant(VariableText text, string name) => !text.CanBe("") && text.CanBe(name);
}
