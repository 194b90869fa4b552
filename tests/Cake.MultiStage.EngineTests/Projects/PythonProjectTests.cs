using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Projects;

/// <summary>
/// Python projects of the usual shapes are locked by the real client, restored from an index on this host, built, and answer.
/// </summary>
public sealed class PythonProjectTests : WorkspaceFixture
{
    private const string Flask = """
        from flask import Flask
        app = Flask(__name__)

        @app.get("/")
        def home():
            return "Hello from Flask"
        """;

    private async Task<string> BuildAsync(Action<PythonProjectSettings>? configure = null)
    {
        var index = await PackageRegistries.AtAsync("simple/");
        var project = _work.Cake.MultiStagePython(".", python =>
        {
            python.ToolchainVersion = "3.13";
            python.Tags.Add(_work.Tag);
            python.BuilderEnvironment["PIP_INDEX_URL"] = index;
            configure?.Invoke(python);
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
        return _work.Tag;
    }

    private async Task AnswersAsync(string image, string text, string path = "/", int port = 8000)
    {
        await using var service = await _work.Engine.ServeAsync(image, port);
        Assert.That(await service.ReadAsync(path), Does.Contain(text));
    }

    [Test]
    public async Task Flask_under_gunicorn_by_requirements()
    {
        _work.Write("requirements.txt", "flask\ngunicorn\n");
        _work.Write("app.py", Flask);
        await AnswersAsync(await BuildAsync(), "Hello from Flask");
    }

    [Test]
    public async Task FastAPI_in_a_package_by_Poetrys_lock()
    {
        var index = await PackageRegistries.AtAsync("simple/");
        _work.Write("pyproject.toml", $"""
            [tool.poetry]
            name = "api"
            version = "1.0.0"
            description = ""
            authors = []
            package-mode = false
            [tool.poetry.dependencies]
            python = "^3.13"
            fastapi = "*"
            uvicorn = "*"
            [[tool.poetry.source]]
            name = "loop"
            url = "{index}"
            priority = "primary"
            """);
        _work.Write("app/__init__.py", "");
        _work.Write("app/words.py", "WORD = 'Hello from FastAPI'");
        _work.Write("app/main.py", """
            from fastapi import FastAPI
            from app.words import WORD

            api = FastAPI()

            @api.get("/")
            def home():
                return {"word": WORD}
            """);
        await RealClient.RunAsync(_work, "python:3.13-slim", ["PIP_INDEX_URL=" + index], "pip install poetry && poetry lock",
            "poetry.lock");
        await AnswersAsync(await BuildAsync(), "Hello from FastAPI");
    }

    [TestCase("pipenv", "Pipfile.lock")]
    [TestCase("pdm", "pdm.lock")]
    public async Task Flask_by_the_lock_of(string tool, string file)
    {
        var index = await PackageRegistries.AtAsync("simple/");
        _work.Write("app.py", Flask);
        if (tool == "pipenv")
        {
            _work.Write("Pipfile", $"""
                [[source]]
                url = "{index}"
                verify_ssl = false
                name = "pypi"
                [packages]
                flask = "*"
                gunicorn = "*"
                """);
        }
        else
        {
            _work.Write("pyproject.toml", $"""
                [project]
                name = "site"
                version = "1.0.0"
                requires-python = ">=3.13"
                dependencies = ["flask", "gunicorn"]
                [[tool.pdm.source]]
                name = "pypi"
                url = "{index}"
                verify_ssl = false
                """);
        }

        await RealClient.RunAsync(_work, "python:3.13-slim", ["PIP_INDEX_URL=" + index], $"pip install {tool} && {tool} lock", file);
        await AnswersAsync(await BuildAsync(), "Hello from Flask");
    }

    [Test]
    public async Task Django_with_its_static_files_collected()
    {
        _work.Write("requirements.txt", "-r requirements/base.txt\ngunicorn\n");
        _work.Write("requirements/base.txt", "django\n");
        _work.Write("manage.py", """
            import os, sys
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
            from django.core.management import execute_from_command_line
            execute_from_command_line(sys.argv)
            """);
        _work.Write("shop/__init__.py", "");
        _work.Write("shop/static/logo.txt", "the logo");
        _work.Write("shop/settings.py", """
            import os
            from pathlib import Path
            BASE_DIR = Path(__file__).resolve().parent.parent
            SECRET_KEY = os.environ["SHOP_SECRET"]
            ALLOWED_HOSTS = ["*"]
            INSTALLED_APPS = ["django.contrib.staticfiles"]
            STATICFILES_DIRS = [BASE_DIR / "shop" / "static"]
            STATIC_URL = "static/"
            STATIC_ROOT = BASE_DIR / "collected"
            ROOT_URLCONF = "shop.urls"
            """);
        _work.Write("shop/urls.py", """
            from pathlib import Path
            from django.http import HttpResponse
            from django.urls import path
            urlpatterns = [path("", lambda request: HttpResponse("Hello with " + Path("collected/logo.txt").read_text()))]
            """);
        _work.Write("shop/wsgi.py", """
            import os
            from django.core.wsgi import get_wsgi_application
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
            application = get_wsgi_application()
            """);
        await AnswersAsync(await BuildAsync(python => python.Environment["SHOP_SECRET"] = "of-the-test"), "Hello with the logo");
    }

    [Test]
    public async Task A_package_with_setup_py_whose_database_driver_needs_a_library_of_the_system()
    {
        _work.Write("setup.py", """
            from setuptools import setup
            setup(name="report", version="1.0.0", packages=["report"], install_requires=["psycopg2"],
                  entry_points={"console_scripts": ["report = report.main:run"]})
            """);
        _work.Write("report/__init__.py", "");
        _work.Write("report/main.py", "import psycopg2\n\ndef run():\n    print('libpq', psycopg2.extensions.libpq_version() > 0)\n");
        var (code, output) = await _work.Engine.RunAsync(await BuildAsync());
        Assert.That((code, output), Is.EqualTo((0, "libpq True\n")));
    }
}
