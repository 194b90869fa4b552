namespace Cake.MultiStage.Projects.Sites;

/// <summary>
/// Generators that have no steps of their own here: they are named as what they are, with the lines that build their sites.
/// </summary>
internal static class OtherGenerators
{
    private static readonly (string Name, string[] Files, string Image, string Command, string Output)[] Known =
    [
        ("Zola", ["config.toml", "content"], "ghcr.io/getzola/zola:v0.22.1", "zola build", "public"),
        ("mdBook", ["book.toml"], "rust:1-slim", "cargo install mdbook --locked && mdbook build", "book"),
        ("Pelican", ["pelicanconf.py"], "python:3.14-slim", "pip install pelican[markdown] && pelican content -s publishconf.py", "output"),
        ("Middleman", ["config.rb"], "ruby:4.0", "bundle install && bundle exec middleman build", "build"),
        ("Antora", ["antora-playbook.yml"], "node:24-slim", "npx antora antora-playbook.yml", "build/site"),
        ("Flutter", ["pubspec.yaml", "web"], "ghcr.io/cirruslabs/flutter:stable", "flutter build web", "build/web"),
        ("Elm", ["elm.json"], "node:24-slim", "npx elm make src/Main.elm --optimize --output=public/elm.js", "public"),
    ];

    /// <summary>Makes the error for a folder in which nothing makes a site.</summary>
    public static MultiStageException None(ProjectFolder folder, SiteProjectSettings settings) =>
        Known.FirstOrDefault(one => one.Files.All(file => folder.Has(file) || folder.HasFolder(file))) is { Name: not null } known
            ? new MultiStageException(
                $"'{folder.Path}' is a site of {known.Name}, which has no steps of its own here. These lines build it: "
                + $"MultiStageProject(\".\", project => {{ project.BuilderImage = \"{known.Image}\"; "
                + $"project.Commands.Add(\"{known.Command}\"); "
                + "project.FinalBase = \"nginxinc/nginx-unprivileged:stable-alpine-slim\"; "
                + $"project.Artifacts.Add(\"/src/{known.Output}/\", \"/usr/share/nginx/html/\"); }}).")
            : new MultiStageException(
                $"'{folder.Path}' is not a static site: it has no file of Hugo, MkDocs, Jekyll or DocFX, no package.json with a script "
                + $"'{settings.BuildScript}' and no index.html. Where the pages lie elsewhere set site.Output.");
}
