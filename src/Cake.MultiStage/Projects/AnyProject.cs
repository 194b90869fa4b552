using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>The general preset: the sources, then the commands.</summary>
internal static class AnyProject
{
    public static ImageProject Describe(string path, ProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        if (string.IsNullOrWhiteSpace(settings.BuilderImage))
        {
            throw new MultiStageException(
                $"The project in '{folder.Path}' names no builder image. Say which image has its toolchain, as in "
                + "project.BuilderImage = \"debian:trixie-slim\".");
        }

        var builder = Stage.From(ProjectDescription.Base(settings.BuilderImage, settings)).Workdir(settings.SourceDirectory);
        foreach (var (name, value) in settings.BuilderEnvironment)
        {
            builder = builder.Env(name, value);
        }

        if (settings.Sources.Count > 0)
        {
            builder = builder.Copy(settings.Sources, "./");
        }

        foreach (var command in settings.Commands)
        {
            builder = builder.Run(command.Text, [.. command.Mounts]);
        }

        var final = ChosenBase.Given(settings.FinalBase ?? "scratch", settings);
        return ProjectDescription.Of(folder, settings, new Preset { Name = folder.Name, Builder = builder, Base = final });
    }
}
