using System.Text;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Detection;

namespace Cake.MultiStage.Projects.Suggesting;

/// <summary>Proposes a preset in the place of a Dockerfile that ships its toolchain.</summary>
internal static class DockerfileSuggestion
{
    /// <param name="project">A project that has its Dockerfile.</param>
    /// <param name="folder">The context's path as a script would name it.</param>
    /// <exception cref="MultiStageException">The Dockerfile is made of a description, or can't be built.</exception>
    public static Suggestion Of(ImageProject project, string folder)
    {
        if (project.Given is null)
        {
            throw new MultiStageException(
                $"The Dockerfile of '{project.Name}' is made of its description, so there is nothing to propose in its place. Name one "
                    + "that exists: MultiStageSuggest(MultiStageFromDockerfile(\"./Dockerfile\")).");
        }

        var file = project.ToDockerfile();
        var reasons = ShippedToolchain.Find(file, project.Target, project.BuildArguments);
        if (reasons.Count == 0)
        {
            return new Suggestion { Reasons = [],
                Notes =
                    ["Nothing that builds is found in what ships: no toolchain in its base, none that its steps run. A smaller base or "
                        + "leftovers are what the checks of the measured image tell."] };
        }

        try
        {
            return Proposed(project, file, folder, reasons);
        }
        catch (MultiStageException exception)
        {
            return new Suggestion { Reasons = reasons,
                Notes =
                    [$"No preset describes '{project.ContextDirectory}': {exception.Message.Split('\n')[0]} MultiStageProject describes "
                        + "any other: a builder image, commands, and the files that ship."] };
        }
    }

    private static Suggestion Proposed(ImageProject project, Dockerfile file, string folder, IReadOnlyList<string> reasons)
    {
        var chain = StageChain.Of(file, project.Target, project.BuildArguments);
        List<Instruction> shipped = [.. chain.Reverse().SelectMany(stage => stage.Instructions)];
        var ports = Ports(shipped, project.BuildArguments);
        var (ecosystem, _, _) = ProjectDetector.Choose(new ProjectFolder(project.ContextDirectory));
        ImageProject Describe(IReadOnlyList<string> exposed) =>
            EcosystemPresets.Describe(ecosystem, project.ContextDirectory, new DetectSettings
            {
                Name = project.Name,
                Tags = [.. project.Tags.Select(tag => tag.ToString())],
                // It takes the Dockerfile's place, which may then be gone.
                Configure = settings => (settings.Ports, settings.ReadDockerfile, settings.Labels) =
                    ([.. exposed], false, new Dictionary<string, string>(project.Labels, StringComparer.Ordinal)),
            });
        var proposed = Describe([]);
        List<string> unlike = [];
        if (proposed.Ports.Count > 0 && ports.Count > 0 && !proposed.Ports.Intersect(ports, StringComparer.Ordinal).Any())
        {
            // What it starts listens where its sources say; another port beside it would be a door to nothing.
            unlike.Add($"The Dockerfile exposes {string.Join(", ", ports)}, and what the proposal starts listens on "
                + $"{string.Join(", ", proposed.Ports)}: see that whoever calls it knows, or have the program listen as before.");
            ports = [];
        }
        else if (ports.Count > 0)
        {
            proposed = Describe(ports);
        }

        proposed.ToDockerfile();
        return new Suggestion
        {
            Reasons = reasons,
            Project = proposed,
            Script = Script(project, ecosystem, folder, ports),
            Notes = [.. unlike, .. Unsaid(shipped, proposed), .. proposed.Assumptions.Select(assumption => assumption.Text),
                "suggest.Prove = true builds both, starts them and compares their sizes; MultiStageCompare says what the smaller one "
                    + "lacks."],
        };
    }

    /// <summary>Reads the ports, with the variables that the stages set before them.</summary>
    private static List<string> Ports(List<Instruction> shipped, IReadOnlyDictionary<string, string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        string Filled(string text) => VariableText.Read(text).Expand(name => values.GetValueOrDefault(name));
        List<string> ports = [];
        foreach (var instruction in shipped)
        {
            switch (instruction)
            {
                case ArgInstruction argument when (arguments.GetValueOrDefault(argument.Name) ?? argument.Default) is { } value:
                    values[argument.Name] = argument.Expand ? Filled(value) : value;
                    break;
                case EnvInstruction variable:
                    values[variable.Name] = variable.Expand ? Filled(variable.Value) : variable.Value;
                    break;
                case ExposeInstruction { Port: var port } when Filled(port) is { Length: > 0 } told && !Rules.Port(told).Any():
                    // Proposals name a port of TCP by its number alone.
                    ports.Add(told.EndsWith("/tcp", StringComparison.Ordinal) ? told[..^"/tcp".Length] : told);
                    break;
            }
        }

        return [.. ports.Distinct(StringComparer.Ordinal)];
    }

    private static string Script(ImageProject project, Ecosystem ecosystem, string folder, IReadOnlyList<string> ports)
    {
        var name = ecosystem.ToString().ToLowerInvariant();
        var lines = new StringBuilder();
        lines.Append($"var {Identifier(project.Name)} = MultiStage{ecosystem}({Quoted(folder)}, {name} =>\n{{\n");
        lines.Append($"    {name}.Name = {Quoted(project.Name)};\n");
        lines.AppendJoin("", project.Tags.Select(tag => $"    {name}.Tags.Add({Quoted(tag.ToString())});\n"));
        lines.AppendJoin("", project.Labels.Select(label => $"    {name}.Labels[{Quoted(label.Key)}] = {Quoted(label.Value)};\n"));
        lines.AppendJoin("", ports.Select(port => $"    {name}.Ports.Add({Quoted(port)});\n"));
        return lines.Append("});\n").ToString();
    }

    /// <summary>Says what the Dockerfile sets and the proposal doesn't.</summary>
    private static IEnumerable<string> Unsaid(IReadOnlyList<Instruction> shipped, ImageProject proposed)
    {
        var variables = shipped.OfType<EnvInstruction>()
            .Select(variable => variable.Name)
            .Except(proposed.Environment.Keys, StringComparer.Ordinal)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (variables.Count > 0)
        {
            yield return $"The Dockerfile sets {string.Join(", ", variables)}, the proposal doesn't: Environment sets what the program "
                + "reads.";
        }

        foreach (var command in shipped.Where(instruction => instruction is EntrypointInstruction or CmdInstruction)
            .GroupBy(instruction => instruction.Keyword, StringComparer.Ordinal)
            .Select(group => group.Last()))
        {
            yield return $"The Dockerfile starts '{command}'; the proposal starts "
                + $"'{string.Join(' ', proposed.Entrypoint.Concat(proposed.Cmd))}'.";
        }

        foreach (var instruction in shipped.Where(
            instruction => instruction is UserInstruction
                or VolumeInstruction
                or HealthcheckInstruction
                or StopSignalInstruction
                or LabelInstruction
                or OnBuildInstruction))
        {
            yield return $"The Dockerfile has '{instruction}': see whether the proposal needs it.";
        }
    }

    private static string Identifier(string name) =>
        string.Concat(name.Split('-').Select((part, index) => index == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..])) is var joined
            && char.IsAsciiLetter(joined[0]) ? joined : "app";

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
