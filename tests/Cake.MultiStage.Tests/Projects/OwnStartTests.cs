using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Php;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Ruby;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What the project's own Dockerfile starts and makes, and this image does otherwise.</summary>
public sealed class OwnStartTests : FolderFixture
{
    private const string Flask = "from flask import Flask\napp = Flask(__name__)\n";

    private static string[] Warned(ImageProject project) =>
        [.. project.Assumptions.Where(one => one.Doubtful).Select(one => one.Text)];

    private ImageProject Python(string dockerfile)
    {
        _folder.File("requirements.txt", "flask\ngunicorn\n").File("shop/web.py", Flask).File("Dockerfile", "FROM python:3.13\n"
            + dockerfile);
        return PythonPreset.Describe(_folder.Path, new PythonProjectSettings());
    }

    private ImageProject Go(string dockerfile)
    {
        _folder.File("go.mod", "module example.com/shop\n\ngo 1.24\n").File("main.go", "package main\n\nfunc main() {}\n")
            .File("Dockerfile", "FROM alpine:3\n" + dockerfile);
        return GoPreset.Describe(_folder.Path, new GoProjectSettings());
    }

    [TestCase("CMD [\"gunicorn\", \"-b\", \":80\", \"shop.web:app\"]")]
    [TestCase("CMD gunicorn shop.web:app")]
    [TestCase("CMD gunicorn shop.web:app > /proc/1/fd/1 2>&1")]
    [TestCase("CMD exec gunicorn --bind :$PORT shop.web:app")]
    [TestCase("CMD [\"flask\", \"--app\", \"shop/web.py\", \"run\"]")]
    [TestCase("CMD [\"python\", \"shop/web.py\"]")]
    [TestCase("CMD [\"python\", \"-m\", \"shop.web\"]")]
    [TestCase("CMD [\"sh\", \"-c\", \"cd /srv && gunicorn shop.web:app\"]")]
    [TestCase("EXPOSE 80")]
    public void The_same_program_started_otherwise_is_no_news(string line) => Assert.That(Warned(Python(line + "\n")), Is.Empty);

    [Test]
    public void A_word_may_be_empty()
    {
        _folder.File("requirements.txt", "flask\n").File("main.py").File("Dockerfile", "FROM python:3.13\nCMD python main.py\n");
        Assert.That(() => PythonPreset.Describe(_folder.Path, new PythonProjectSettings { Command = ["python", "main.py", ""] }),
            Throws.Nothing);
    }

    [TestCase("CMD [\"celery\", \"-A\", \"shop.jobs\", \"worker\"]", "celery -A shop.jobs worker")]
    [TestCase("CMD [\"/srv/bin/boot\"]", "/srv/bin/boot")]
    [TestCase("CMD python -m tools.feed --all", "python -m tools.feed --all")]
    public void Another_program_is_told(string line, string shown) => Assert.That(Warned(Python(line + "\n")), Is.EqualTo(new[]
    {
        $"Dockerfile starts '{shown}', this image /venv/bin/python -m gunicorn --bind 0.0.0.0:8000 shop.web:app, which may be another "
            + "program. Set Command, or Entrypoint, where that one is meant.",
    }));

    [TestCase("CMD flask db upgrade && gunicorn shop.web:app")]
    [TestCase("CMD [\"sh\", \"-c\", \"flask db upgrade && gunicorn shop.web:app\"]")]
    public void A_line_that_does_more_is_told(string line) => Assert.That(Warned(Python(line + "\n")),
        Has.One.EndsWith("alone: what the line does besides, such as migrations, is not done. Set Entrypoint where it is needed."));

    [Test]
    public void A_line_that_does_more_before_a_compiled_program_is_told() => Assert.That(Warned(Go("CMD ./migrate up && ./shop\n")),
        Is.EqualTo(new[]
    {
        "Dockerfile starts './migrate up && ./shop', this image /bin/shop alone: what the line does besides, such as migrations, is "
            + "not done. "
            + "Set Entrypoint where it is needed.",
    }));

    [Test]
    public void A_script_is_told_with_the_line_that_it_is_given() => Assert.That(
        Warned(Python("ENTRYPOINT [\"/start.sh\"]\nCMD [\"gunicorn\", \"--workers\", \"4\", \"shop.web:app\"]\n")),
        Has.One.StartsWith("Dockerfile starts /start.sh gunicorn --workers 4 shop.web:app, this image "));

    [TestCase("RUN pip install x && pybabel compile -d shop/translations\n", "'pybabel compile -d shop/translations'")]
    [TestCase("RUN python -m spacy download en_core_web_sm\n", "'python -m spacy download en_core_web_sm'")]
    [TestCase("RUN DEBUG=1 python scripts/models.py --all\n", "'python scripts/models.py --all'")]
    public void What_is_made_while_its_image_is_built_is_told(string line, string shown) => Assert.That(Warned(Python(line)),
        Is.EqualTo(new[]
    {
        $"Dockerfile runs {shown} while its image is built, and this one is built without: where the program needs what that makes, set "
            + "Stages and Artifacts.",
    }));

    [TestCase("RUN python -m pip install -r requirements.txt\n")]
    [TestCase("RUN python -c 'import shop'\n")]
    [TestCase("RUN python -m venv /venv && python -m compileall .\n")]
    public void What_only_installs_is_not(string line) => Assert.That(Warned(Python(line)), Is.Empty);

    [Test]
    public void The_server_of_its_Dockerfile_takes_precedence_over_a_script_of_the_package()
    {
        _folder.File("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"fastapi[standard]\"]\n"
            + "[project.scripts]\nhello = \"shop:hello\"\n[build-system]\nrequires = [\"hatchling\"]\n")
            .File("src/shop/__init__.py", "from fastapi import FastAPI\napp = FastAPI()\ndef hello(): pass\n");
        ImageProject Described() => PythonPreset.Describe(_folder.Path, new PythonProjectSettings());
        Assert.That(Described().Entrypoint, Is.EqualTo(new[] { "/venv/bin/hello" }));
        _folder.File("Dockerfile", "FROM python:3.13\nCMD [\"fastapi\", \"run\", \"src/shop\"]\n");
        Assert.That(Described().Entrypoint, Does.Contain("shop:app"));
        Assert.That(Warned(Described()), Is.Empty);
    }

    [Test]
    public void What_stands_in_the_entry_point_stays_there()
    {
        var project = Go("ENTRYPOINT [\"/shop\", \"--no-update\"]\nCMD [\"version\"]\n");
        Assert.That(project.Entrypoint, Is.EqualTo(new[] { "/bin/shop", "--no-update" }));
        Assert.That(project.Cmd, Is.EqualTo(new[] { "version" }));
        Assert.That(project.Assumptions.Select(one => one.Text), Has.One.EqualTo(
            "Dockerfile starts the program with --no-update version: so does this image. Set Entrypoint and Cmd for others."));
    }

    [Test]
    public void The_arguments_of_a_program_that_is_called_otherwise_there_are_taken()
    {
        _folder.File("config.yml", "a: 1\n");
        var project = Go(
            "COPY --from=golang:1 /out/registry /bin/registry\nCOPY config.yml /etc/shop/config.yml\nENTRYPOINT [\"registry\"]\n"
            + "CMD [\"serve\", \"/etc/shop/config.yml\"]\n");
        Assert.That(project.Cmd, Is.EqualTo(new[] { "serve", "/etc/shop/config.yml" }));
        Assert.That(Warned(project), Is.Empty);
    }

    [Test]
    public void The_arguments_of_a_console_script_are_taken()
    {
        _folder.File("pyproject.toml", "[project]\nname = \"dav\"\nversion = \"1\"\n[project.scripts]\ndav = \"dav.main:run\"\n"
            + "[build-system]\nrequires = [\"setuptools\"]\n").File("dav/main.py")
            .File("Dockerfile",
                "FROM python:3.13\nENTRYPOINT [\"/app/bin/python\", \"/app/bin/dav\"]\nCMD [\"--hosts\", \"0.0.0.0:5232\"]\n");
        var project = PythonPreset.Describe(_folder.Path, new PythonProjectSettings());
        Assert.That(project.Entrypoint, Is.EqualTo(new[] { "/venv/bin/dav" }));
        Assert.That(project.Cmd, Is.EqualTo(new[] { "--hosts", "0.0.0.0:5232" }));
        Assert.That(Warned(project), Is.Empty);
    }

    [Test]
    public void A_port_and_a_path_that_variables_say_are_those_of_their_defaults()
    {
        var project = Go("ARG LISTEN=8081\nENV SHOP_PORT=$LISTEN\nEXPOSE ${SHOP_PORT} $UNSET\n"
            + "HEALTHCHECK CMD curl -f http://localhost:${SHOP_PORT:-9}/${PREFIX}health || exit 1\n");
        Assert.That(project.Ports, Is.EqualTo(new[] { "8081" }));
        Assert.That(project.Assumptions.Select(one => one.Text), Has.One.StartsWith("Dockerfile says at '/health' whether"));
    }

    [Test]
    public void Folders_of_data_move_with_the_folder_that_the_project_is_copied_into()
    {
        _folder.File("index.php", "<?php\n").File("Dockerfile", "FROM alpine:3\nVOLUME [\"/var/www/app/data\", \"/etc/nginx/ssl\"]\n"
            + "ADD . /var/www/app\n");
        var project = PhpPreset.Describe(_folder.Path, new PhpProjectSettings());
        Assert.That(project.Volumes, Is.EqualTo(new[] { "/app/data" }));
        // The folder of the project's that is copied has another owner.
        Assert.That(project.ToDockerfile().ToString(), Does.Contain(
            "COPY --from=program /app/ /app/\nCOPY --from=system-files /system-files/ /\n"));
    }

    [Test]
    public void A_folder_that_the_program_only_starts_in_is_kept_as_it_is_called()
    {
        var project = Go("COPY --from=golang:1 /out/shop /usr/local/shop/shop\nWORKDIR /var/opt/shop\nVOLUME /var/opt/shop\n"
            + "ENTRYPOINT [\"/usr/local/shop/shop\"]\n");
        Assert.That(project.Volumes, Is.EqualTo(new[] { "/var/opt/shop" }));
        Assert.That(project.Workdir, Is.EqualTo("/var/opt/shop"));
        Assert.That(Warned(project), Is.Empty);
    }

    [Test]
    public void Values_that_downloads_are_checked_by_are_not_the_programs() => Assert.That(
        Go("ENV TOOL_SHA256=abc BUNDLER_VERSION=2.6 MODE=prod\n").Environment.Keys, Is.EqualTo(new[] { "MODE" }));

    [Test]
    public void Of_Ruby_another_program_is_told_as_well()
    {
        _folder.File("Gemfile", "source 'https://rubygems.org'\ngem 'puma'\n").File("config.ru").File("Dockerfile",
            "FROM ruby:3.4\nCMD [\"bin/boot\"]\n");
        ImageProject Described() => RubyPreset.Describe(_folder.Path, new RubyProjectSettings());
        Assert.That(Warned(Described()), Has.One.StartsWith("Dockerfile starts 'bin/boot', this image bundle exec puma"));
        _folder.File("Dockerfile", "FROM ruby:3.4\nCMD [\"./bin/thrust\", \"./bin/rails\", \"server\"]\n");
        Assert.That(Warned(Described()), Is.Empty);
    }
}
