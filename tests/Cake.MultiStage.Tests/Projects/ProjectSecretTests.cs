using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Hints;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Files that only the machine may know which runs the program: they ship for no hint, and it is said.</summary>
public sealed class ProjectSecretTests : FolderFixture
{
    [SetUp]
    public void Fill() => _folder.File("go.mod", "module example.com/team/shop\n\ngo 1.24\n");

    private ImageProject Go(string statement, Action<GoProjectSettings>? configure = null)
    {
        _folder.File("main.go", $"package main\n\nfunc main() {{\n\t{statement}\n}}\n");
        var settings = new GoProjectSettings();
        configure?.Invoke(settings);
        return GoPreset.Describe(_folder.Path, settings);
    }

    private static string Final(ImageProject project) => project.ToDockerfile().ToString().Split(" AS final\n")[1];

    private static string[] Doubts(ImageProject project) =>
        [.. project.Assumptions.Where(one => one.Doubtful).Select(one => one.Text)];

    [TestCase(".env.production", true)]
    [TestCase("config/.env", true)]
    [TestCase(".env.example", false)]
    [TestCase("credentials.json", true)]
    [TestCase("aws-Credentials.ini", true)]
    [TestCase("client_secret_1.json", true)]
    [TestCase("serviceAccountKey.json", true)]
    [TestCase("keys/service-account.json", true)]
    [TestCase("secrets.yml", true)]
    [TestCase("secrets.example.yml", false)]
    [TestCase("token.json", true)]
    [TestCase("tokens.json", false)]
    [TestCase("apple.p8", true)]
    [TestCase("site.htpasswd", true)]
    [TestCase(".htpasswd", true)]
    [TestCase("config.yml", false)]
    [TestCase("keys.json", false)]
    public void Secrets_are_known_by_their_names(string path, bool isSecret) =>
        Assert.That(ProgramFiles.IsSecret(path), Is.EqualTo(isSecret));

    [TestCase("os.ReadFile(\"credentials.json\")", "credentials.json")]
    [TestCase("tokFile := \"token.json\"", "token.json")]
    [TestCase("godotenv.Load(\".env.production\")", ".env.production")]
    [TestCase("option.WithCredentialsFile(\"serviceAccountKey.json\")", "serviceAccountKey.json")]
    public void One_that_is_read_is_told_to_be_mounted(string statement, string file)
    {
        _folder.File(file);
        var project = Go(statement);
        Assert.That(Final(project), Does.Not.Contain(file).And.Contain("WORKDIR /app\n"));
        Assert.That(Doubts(project), Has.One.Contains($"main.go names '{file}', which stays out of the build")
            .And.One.Contains($"mount it where the container runs, as /app/{file}"));
        Assert.That(project.Ignored, Has.Member(file));
        Assert.That(Doubts(Go(statement, go => go.Workdir = "/srv")), Has.One.Contains($"as /srv/{file}, or"));
        Assert.That(Final(Go(statement, go => go.Include.Add(file))), Does.Contain($"/src/{file} /app/{file}\n"));
    }

    [TestCase("config.yml", true)]
    [TestCase("/config.yml", true)]
    [TestCase("*.yml\n!*.example.yml", true)]
    [TestCase("[broken\nconfig.*\n", true)]
    [TestCase("*\n!*/\n!*.yml", false)]
    [TestCase("# config.yml\nother.yml", false)]
    public void What_version_control_leaves_to_each_machine_stays_out(string rules, bool staysOut)
    {
        _folder.File("config.yml").File("config.example.yml").File(".gitignore", rules);
        var project = Go("os.ReadFile(\"config.yml\")");
        Assert.That(Final(project).Contains("/src/config.yml", StringComparison.Ordinal), Is.EqualTo(!staysOut));
        Assert.That(Doubts(project).Any(text => text.Contains("'config.yml', which stays out", StringComparison.Ordinal)),
            Is.EqualTo(staysOut));
    }

    [Test]
    public void A_folder_ships_without_those_in_it()
    {
        _folder.File("config/app.yml").File("config/.env.production").File("config/service-account.json").File("config/local.yml")
            .File(".gitignore", "local.yml\n");
        var project = Go("os.ReadDir(\"config\")");
        Assert.That(Final(project), Does.Contain("COPY --from=builder /src/config/ /app/config/\n"));
        Assert.That(project.Ignored, Has.Member("config/.env.production").And.Member("config/service-account.json")
            .And.Member("config/local.yml").And.No.Member("config/app.yml"));
        Assert.That(Doubts(project), Is.EqualTo(new[]
        {
            "'config', which main.go names, ships without config/.env.production, config/local.yml, config/service-account.json, as they "
            + "may hold secrets, or .gitignore leaves them out: mount them where the container runs, as /app/config/.env.production, "
            + "/app/config/local.yml, /app/config/service-account.json, or name them by Include.",
        }));
    }

    [Test]
    public void So_does_one_that_the_own_Dockerfile_has_and_its_single_files_are_told()
    {
        _folder.File("config/app.yml").File("config/.env.production").File("certs/server.key").File("certs/ca.crt")
            .File("Dockerfile", "FROM golang AS b\nRUN go build -o /shop .\nFROM alpine:3\nWORKDIR /srv\nCOPY --from=b /shop /shop\n"
                + "COPY config ./config\nCOPY certs/server.key /etc/shop/\nCMD [\"/shop\"]\n").File(".dockerignore", "**/*.key\n");
        var project = Go("run()");
        Assert.That(Final(project), Does.Contain("/src/config/ /app/config/\n").And.Not.Contain("server.key"));
        Assert.That(project.Ignored, Has.Member("config/.env.production"));
        Assert.That(Doubts(project), Has.One.Contains("ships without config/.env.production, as it").And.One.Contains(
            "Dockerfile has certs/server.key of the project in the image, which stays out of the build here").And.One.Contains(
            "as /etc/shop/server.key, or name it"));
    }

    [Test]
    public void The_ignore_file_beside_the_Dockerfile_is_the_one_that_counts()
    {
        _folder.File("data/words.txt").File("Dockerfile", "FROM alpine:3\nCMD [\"/shop\"]\n").File("Dockerfile.dockerignore", "data\n")
            .File(".dockerignore", "");
        var project = Go("os.ReadFile(\"data/words.txt\")");
        Assert.That(Final(project), Does.Not.Contain("words.txt"));
        Assert.That(Doubts(project), Has.One.Contains("names 'data/words.txt', which stays out of the build"));
    }

    [Test]
    public void Words_of_attributes_embed_in_attributes_alone()
    {
        _folder.File("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"1.0.0\"\n").File("config.toml").File("public/site.css")
            .File("src/main.rs", "#[derive(RustEmbed)]\n#[folder = \"public/\"]\nstruct Files;\n\nfn main() {\n"
                + "    let config_path = \"config.toml\";\n    fs::read_to_string(config_path);\n}\n");
        Assert.That(Final(RustPreset.Describe(_folder.Path, new RustProjectSettings())),
            Does.Contain("COPY --from=builder /src/config.toml /app/config.toml\n").And.Not.Contain("public"));
    }

    [Test]
    public void Naming_the_tests_of_Rust_hides_nothing()
    {
        _folder.File("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"1.0.0\"\n").File("words.txt").File("other.txt")
            .File("src/main.rs", "#[cfg(test)]\nmod tests;\n\nfn main() {\n    fs::read_to_string(\"words.txt\");\n}\n\n"
                + "#[cfg(test)]\nmod more {\n    const W: &str = \"other.txt\";\n}\n");
        Assert.That(Final(RustPreset.Describe(_folder.Path, new RustProjectSettings())),
            Does.Contain("/src/words.txt").And.Not.Contain("other.txt"));
    }
}
