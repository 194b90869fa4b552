using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What a project's own Dockerfile has that another image must not take over as it is.</summary>
public sealed class OwnDockerfileLayoutTests : FolderFixture
{
    private const string Built = "FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /out/shop .\nFROM alpine:3\n"
        + "COPY --from=build /out/shop /bin/shop\n";

    [SetUp]
    public void Fill() => _folder.File("go.mod", "module example.com/team/shop\n\ngo 1.24\n")
        .File("main.go", "package main\n\nfunc main() {}\n");

    private ImageProject Go(string dockerfile, Action<GoProjectSettings>? configure = null)
    {
        _folder.File("Dockerfile", dockerfile);
        var settings = new GoProjectSettings();
        configure?.Invoke(settings);
        return GoPreset.Describe(_folder.Path, settings);
    }

    private static string Final(ImageProject project) => project.ToDockerfile().ToString().Split(" AS final\n")[1];

    private static string[] Doubts(ImageProject project) =>
        [.. project.Assumptions.Where(one => one.Doubtful).Select(one => one.Text)];

    [TestCase("SECRET_KEY=abc")]
    [TestCase("SECRET_KEY_BASE=abc")]
    [TestCase("JWT_SECRET=abc")]
    [TestCase("POSTGRES_PASSWORD=1234")]
    [TestCase("API_TOKEN=")]
    [TestCase("DATABASE_URL=postgres://me:pass@db/shop")]
    [TestCase("FLASK_DEBUG=1")]
    [TestCase("FLASK_ENV=development")]
    [TestCase("APP_ENV=dev")]
    [TestCase("APP_DEBUG=true")]
    [TestCase("GIN_MODE=debug")]
    [TestCase("DJANGO_SETTINGS_MODULE=config.settings.local")]
    [TestCase("SPRING_PROFILES_ACTIVE=dev")]
    public void Secrets_and_switches_for_development_are_named_and_not_taken(string variable)
    {
        var name = variable[..variable.IndexOf('=', StringComparison.Ordinal)];
        var project = Go($"{Built}ENV {variable}\nENV LEVEL=info\n");
        Assert.That(Final(project), Does.Not.Contain(name).And.Contain("ENV LEVEL=info\n"));
        Assert.That(Doubts(project), Is.EqualTo(new[]
        {
            $"Dockerfile sets {name}, which are secrets or for development: this image does not. Give them where the container runs, or "
            + "set Environment.",
        }));
    }

    [TestCase("APP_DEBUG=false")]
    [TestCase("TOKEN_TTL=3600")]
    [TestCase("AUTH_ENABLED=true")]
    [TestCase("DB_HOST=localhost")]
    [TestCase("PUBLIC_KEY=abc")]
    [TestCase("ENVIRONMENT=production")]
    [TestCase("USERNAME=shop")]
    [TestCase("PATH_PREFIX=shop")]
    [TestCase("HOMEPAGE=shop")]
    [TestCase("VERSION_CHECK=false")]
    public void Other_values_are_taken(string variable)
    {
        var project = Go($"{Built}ENV {variable}\n");
        Assert.That(Final(project), Does.Contain($"ENV {variable}\n"));
        Assert.That(Doubts(project), Is.Empty);
    }

    [TestCase("NODE_OPTIONS=--max-old-space-size=512", true)]
    [TestCase("ASPNETCORE_HTTP_PORTS=8080", true)]
    [TestCase("LD_PRELOAD=libjemalloc.so", true)]
    [TestCase("PYTHONPATH=src", true)]
    [TestCase("NODE_ENV=production", false)]
    [TestCase("VERSION=1", false)]
    public void Those_of_a_toolchain_are_told_where_they_change_how_the_program_runs(string variable, bool told)
    {
        var name = variable[..variable.IndexOf('=', StringComparison.Ordinal)];
        var project = Go($"{Built}ENV {variable}\n");
        Assert.That(Final(project), Does.Not.Contain(name));
        Assert.That(project.Assumptions.Any(one => one.Text.Contains($"sets {name} to what fits", StringComparison.Ordinal)),
            Is.EqualTo(told));
    }

    [Test]
    public void A_stage_that_compiles_as_well_gives_no_files()
    {
        _folder.File("src/app.go", "package src\n").File("words.txt");
        var project = Go("FROM golang:1.24\nWORKDIR /app\nCOPY go.mod main.go ./\nCOPY go.* ./\nCOPY src ./src\nCOPY words.txt ./\n"
            + "RUN CGO_ENABLED=0 go build -o shop .\nCMD [\"./shop\"]\n");
        Assert.That(Final(project), Does.Not.Contain("/app/"));
        Assert.That(Doubts(project), Is.EqualTo(new[]
        {
            "Dockerfile also has words.txt in its image, which this one lacks: where the program needs it set Artifacts, or Stages.",
        }));
    }

    [Test]
    public void So_does_one_of_Java()
    {
        using var java = new TemporaryFolder().File("pom.xml", "<project><artifactId>shop</artifactId></project>").File("mvnw")
            .File("src/main/java/Main.java", "class Main { static void main(String[] a) { } }").File("src/main/resources/app.yml")
            .File("Dockerfile", "FROM eclipse-temurin:25\nWORKDIR /srv\nCOPY mvnw pom.xml ./\nCOPY src ./src\nRUN ./mvnw package\n"
                + "CMD [\"java\", \"-jar\", \"target/shop.jar\"]\n");
        var project = JavaPreset.Describe(java.Path, new JavaProjectSettings());
        Assert.That(Final(project), Does.Not.Contain("pom.xml").And.Not.Contain("mvnw").And.Not.Contain("/src/src"));
        Assert.That(Doubts(project), Has.None.Contains("Dockerfile"));
    }

    [TestCase("RUN go build -o server ./server\n", "CMD [\"./server\"]")]
    [TestCase("RUN go build ./server\n", "CMD [\"/app/server\"]")]
    public void A_program_that_is_called_as_a_folder_is_not_the_folder(string build, string start)
    {
        _folder.File("server/serve.go", "package server\n").File("server/1.sql");
        var project = Go($"FROM golang:1.24 AS builder\nWORKDIR /app\nCOPY . .\n{build}FROM alpine:3\nWORKDIR /app\n"
            + $"COPY --from=builder /app/server .\n{start}\n");
        Assert.That(Final(project), Does.Not.Contain("/server"));
        Assert.That(Doubts(project), Is.Empty);
    }

    [Test]
    public void Sources_never_ship()
    {
        _folder.File("lib/a.go", "package lib\n").File("lib/1.sql");
        var project = Go(Built + "COPY main.go /srv/\nCOPY lib /srv/lib\n");
        Assert.That(Final(project), Does.Not.Contain("/srv"));
        Assert.That(Doubts(project), Has.One.Contains("also has lib in its image"));
    }

    [Test]
    public void Volumes_values_and_arguments_move_along_with_the_folder_that_the_program_starts_in()
    {
        _folder.File("config.yml");
        var project = Go(Built + "WORKDIR /opt/shop\nCOPY config.yml ./\nVOLUME /opt/shop/data\nENV STORE=/opt/shop/data/x.db\n"
            + "ENTRYPOINT [\"/bin/shop\", \"--config=/opt/shop/config.yml\", \"-d\", \"/opt/shop/data\"]\n");
        Assert.That(Final(project), Does.Contain("WORKDIR /app\n").And.Contain("VOLUME /app/data\n")
            .And.Contain("ENV STORE=/app/data/x.db\n").And.Contain(
                "ENTRYPOINT [\"/bin/shop\", \"--config=/app/config.yml\", \"-d\", \"/app/data\"]"));
        Assert.That(Doubts(project), Is.Empty);
        Assert.That(Final(Go(Built + "WORKDIR /opt/shop\nVOLUME data\n")),
            Does.Contain("WORKDIR /app\n").And.Contain("VOLUME /app/data\n"));
    }

    [Test]
    public void Arguments_with_a_path_that_is_not_there_are_told()
    {
        var project = Go(Built + "CMD [\"/bin/shop\", \"-c\", \"/etc/shop/config.yml\"]\n");
        Assert.That(Final(project), Does.Not.Contain("CMD"));
        Assert.That(Doubts(project), Is.EqualTo(new[]
        {
            "Dockerfile starts the program with -c /etc/shop/config.yml, of which this image lacks /etc/shop/config.yml: it is started "
            + "without. Set Cmd, and Artifacts where the program needs the file.",
        }));
    }

    [Test]
    public void Arguments_that_only_root_may_give_are_left_out_and_told()
    {
        var project = Go(Built + "WORKDIR /var/www\nENTRYPOINT [\"/bin/shop\"]\n"
            + "CMD [\".\", \"--chroot\", \"--uid\", \"nobody\", \"--gid\", \"nobody\", \"--user\", \"shop\"]\n");
        Assert.That(Final(project), Does.Contain("WORKDIR /var/www\n").And.Contain("CMD [\".\", \"--user\", \"shop\"]"));
        Assert.That(Doubts(project), Is.EqualTo(new[]
        {
            "Dockerfile starts the program with . --chroot --uid nobody --gid nobody --user shop, of which --chroot --uid nobody "
            + "--gid nobody is for root alone, who this image's user is not: it is started without. For all of them set User = \"0:0\" "
            + "and Cmd.",
        }));
        Assert.That(Final(Go(Built + "CMD [\"/bin/shop\", \"--chroot\"]\n", go => go.User = "0:0")), Does.Contain("CMD [\"--chroot\"]"));
    }

    [Test]
    public void A_program_that_an_argument_names_is_told_where_the_base_is_empty()
    {
        const string Start = "CMD [\"/bin/shop\", \"-W\", \"bash\"]\n";
        var project = Go(Built + Start);
        Assert.That(Final(project), Does.Contain("CMD [\"-W\", \"bash\"]"));
        Assert.That(Doubts(project), Has.One.StartsWith("The argument 'bash' is a program, which this image's empty base lacks"));
        Assert.That(Doubts(Go(Built + Start, go => go.Flavor = BaseFlavor.Slim)), Is.Empty);
    }

    [TestCase("/srv/shop", "/srv/shop", true)]
    [TestCase("/srv", "/srv", true)]
    [TestCase("/srv/shop/node_modules", "/srv/shop/node_modules", false)]
    [TestCase("vendor", "/srv/shop/vendor", false)]
    [TestCase("[\"C:\\\\data\"]", "C:data", true)]
    public void Volumes_that_are_no_data_are_told_and_not_taken(string volume, string told, bool doubtful)
    {
        var project = Go($"{Built}WORKDIR /srv/shop\nCOPY main.go ./\nVOLUME {volume}\n");
        Assert.That(Final(project), Does.Not.Contain("VOLUME"));
        Assert.That(project.Assumptions, Has.One.Property("Text").Contains("beyond the container, where the program itself")
            .And.One.Property("Doubtful").EqualTo(doubtful));
        Assert.That(project.Assumptions[^1].Text, Does.Contain(told + " beyond"));
    }

    [TestCase("COPY --from=vault /web-vault ./web-vault", "/web-vault of vault")]
    [TestCase("COPY --from=0 /made/data.bin /data.bin", "/made/data.bin of 0")]
    [TestCase("COPY *.dat /srv/", "*.dat")]
    [TestCase("COPY --from=build /made/app /srv/", "/made/app of build")]
    [TestCase("COPY --from=build /made/go-data /srv/", "/made/go-data of build")]
    [TestCase("WORKDIR /srv/shop\nCOPY --from=web /made/pages .", "/made/pages of web")]
    [TestCase("COPY $FILES /srv/", "$FILES")]
    [TestCase("COPY <<EOF /etc/shop.conf\nx\nEOF", "<<EOF")]
    [TestCase("ADD https://example.com/model.bin /srv/", "https://example.com/model.bin")]
    public void Copies_that_can_not_be_followed_are_told(string line, string told) =>
        Assert.That(Doubts(Go($"{Built}{line}\nCMD [\"/bin/shop\"]\n")), Is.EqualTo(new[]
        {
            $"Dockerfile also has {told} in its image, which this one lacks: where the program needs it set Artifacts, or Stages.",
        }));

    [TestCase("COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/")]
    [TestCase("COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo")]
    [TestCase("COPY --from=build /etc/passwd /etc/group /etc/")]
    [TestCase("COPY --from=build /src/build/*.jar /app.jar")]
    [TestCase("COPY --from=build /go/bin/other /usr/bin/")]
    [TestCase("COPY --from=build /made/shop* /bin/")]
    public void What_every_image_has_is_not_told(string line) =>
        Assert.That(Doubts(Go($"{Built}{line}\nCMD [\"/bin/shop\"]\n")), Is.Empty);

    [TestCase("ENTRYPOINT [\"/sbin/tini\", \"--\", \"/srv/start-shop\"]")]
    [TestCase("CMD exec /srv/start-shop --port 80")]
    public void The_program_is_not_told_whatever_starts_it(string start) =>
        Assert.That(Doubts(Go($"{Built}COPY --from=build /out/start-shop /srv/\n{start}\n")), Is.Empty);

    [Test]
    public void The_Dockerfile_of_another_program_gives_nothing()
    {
        _folder.File("cmd/shop/main.go", "package main\n\nfunc main() {}\n").File("cmd/tool/main.go", "package main\n\nfunc main() {}\n");
        var project = Go("FROM golang AS build\nRUN go build -tags x -o /tool ./cmd/tool\nFROM alpine:3\nCOPY --from=build /tool /tool\n"
            + "EXPOSE 99\nENV LEVEL=info\nCMD [\"/tool\"]\n", go => go.Package = "./cmd/shop");
        Assert.That(Final(project), Does.Not.Contain("EXPOSE").And.Not.Contain("LEVEL"));
        Assert.That(project.Assumptions.Select(one => one.Text), Has.One.Contains(
            "Dockerfile builds ./cmd/tool, which is another program than this image's: nothing of it is taken over."));
    }

    [Test]
    public void Only_the_stages_that_ship_say_what_is_built()
    {
        _folder.File("cmd/shop/main.go", "package main\n\nfunc main() {}\n").File("cmd/tool/main.go", "package main\n\nfunc main() {}\n");
        var project = Go("FROM golang AS tools\nRUN go build -o /tool ./cmd/tool\nFROM golang AS build\nRUN go build -o /shop ./cmd/shop\n"
            + "FROM alpine:3\nCOPY --from=build /shop /shop\nCMD [\"/shop\"]\n");
        Assert.That(project.ToDockerfile().ToString(), Does.Contain(" ./cmd/shop\n"));
    }
}
