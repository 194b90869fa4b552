using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class PythonProjectTests : FolderFixture
{
    private const string Flask = "from flask import Flask\napp = Flask(__name__)\n";

    private ImageProject Project(Action<PythonProjectSettings>? configure = null)
    {
        var settings = new PythonProjectSettings();
        configure?.Invoke(settings);
        return PythonPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<PythonProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    [Test]
    public void A_package_that_has_browsers_work_is_told_to_lack_them()
    {
        _folder.File("main.py").File("requirements.txt", "playwright\n");
        Assert.That(Project().Assumptions, Has.One.Matches<Assumption>(one => one!.Doubtful && one.Text.StartsWith(
            "'playwright' has browsers work, and none is in the image", StringComparison.Ordinal)));
        Assert.That(Project(python => python.RuntimePackages = ["chromium"]).Assumptions.Select(one => one.Text),
            Has.None.Contains("browsers"));
    }

    [Test]
    public void The_script_that_is_called_as_the_project_is_taken_and_the_others_are_told()
    {
        _folder.File("setup.cfg", "[metadata]\nname = fetch\n[options]\npackages = find:\n[options.entry_points]\nconsole_scripts =\n"
            + "    get = fetch.main:get\n    fetch = fetch.main:run\n").File("setup.py", "from setuptools import setup\nsetup()\n")
            .File("fetch/main.py");
        Assert.That(Text(), Does.Contain("ENTRYPOINT [\"/venv/bin/fetch\"]"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.One.EqualTo(
            "The script 'fetch', which is called as the project, is taken to be the program; setup.py has others: get. For one of them "
            + "write python.Command.Add(\"/venv/bin/get\")."));
    }

    [Test]
    public void A_server_in_an_extra_is_named_by_the_error()
    {
        _folder.File("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"flask\"]\n"
            + "[project.optional-dependencies]\nextra = [\"rich\"]\nwebserver = [\"gunicorn>=20\"]\n").File("app.py", Flask);
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains(
            "Add one, as the extra that has one: python.Extras = [\"webserver\"]."));
        Assert.That(Project(python => python.Extras = ["webserver"]).Entrypoint, Does.Contain("gunicorn"));
    }

    [Test]
    public void What_the_ignore_file_leaves_out_does_not_ship()
    {
        _folder.Files("main.py", "docs/a.txt", "tests/a.py").File(".dockerignore", "docs\n");
        Assert.That(Text(), Does.Contain("COPY --from=program /app/ /app/\n").And.Contain("rm -rf tests\n"));
    }

    [Test]
    public void Requirements_go_into_an_environment_before_the_source_comes_in()
    {
        _folder.File("requirements.txt", "flask==3\ngunicorn\n")
            .File(".python-version", "3.12\n")
            .File("app.py", Flask)
            .Files("helpers/a.py", "tests/x.py", "README.md");
        Assert.That(Text(), Is.EqualTo(
            """
            FROM python:3.12-slim AS builder
            ENV PYTHONDONTWRITEBYTECODE=1
            ENV PIP_DISABLE_PIP_VERSION_CHECK=1
            ENV PIP_ROOT_USER_ACTION=ignore
            WORKDIR /app
            RUN python -m venv --without-pip /venv
            COPY requirements.txt ./
            RUN --mount=type=cache,target=/root/.cache/pip pip --python /venv install --no-compile -r requirements.txt
            COPY . .

            FROM builder AS program
            RUN rm -rf .python-version README.md requirements.txt tests

            FROM builder AS development
            EXPOSE 8000
            EXPOSE 5678
            CMD ["/venv/bin/python", "-m", "gunicorn", "--bind", "0.0.0.0:8000", "app:app"]

            FROM python:3.12-slim AS final
            WORKDIR /app
            COPY --from=builder /venv /venv
            COPY --from=program /app/ /app/
            ENV PYTHONDONTWRITEBYTECODE=1
            ENV PYTHONUNBUFFERED=1
            EXPOSE 8000
            USER 65532:65532
            ENTRYPOINT ["/venv/bin/python", "-m", "gunicorn", "--bind", "0.0.0.0:8000", "app:app"]

            """));
    }

    [Test]
    public void A_project_with_a_script_is_installed_and_ships_nothing_else()
    {
        _folder.File("pyproject.toml", """
            [build-system]
            requires = ["setuptools"]
            [project]
            name = "tool"
            requires-python = ">=3.11"
            dependencies = ["httpx"]
            [project.scripts]
            tool = "tool:main"
            """).File("tool/__init__.py");
        var project = Project();
        Assert.That(project.Entrypoint, Is.EqualTo(["/venv/bin/tool"]));
        Assert.That(project.Artifacts.Select(artifact => artifact.Source), Is.EqualTo(["/venv"]));
        Assert.That(project.ToDockerfile().ToString(),
            Does.Contain("FROM python:3.14-slim AS builder").And.Contain("pip --python /venv install --no-compile --no-deps ."));
        Assert.That(project.Assumptions.Select(assumption => assumption.Text), Has.One.Contains("locks no versions"));
    }

    [TestCase("uv.lock", "pip install uv \\\n && uv sync --locked --no-dev --no-install-workspace\n")]
    [TestCase("poetry.lock",
        "poetry export --only main -o /tmp/requirements.txt \\\n && pip --python /venv install --no-compile -r /tmp/requirements.txt\n")]
    [TestCase("pdm.lock", "pdm export --prod -o /tmp/requirements.txt \\\n && pip --python")]
    public void A_lock_is_installed_by_its_own_tool(string file, string command)
    {
        _folder.File("pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\"a\"]\n").Files(file, "main.py");
        Assert.That(Text(), Does.Contain($"COPY pyproject.toml {file} ./\n").And.Contain(command));
        Assert.That(Project().Assumptions.Select(assumption => assumption.Text), Has.None.Contains("locks no versions"));
    }

    [Test]
    public void A_Pipfile_is_locked_where_it_is_not()
    {
        _folder.File("Pipfile", "[packages]\nflask = \"*\"\ngunicorn = \"*\"\n[dev-packages]\npytest = \"*\"\n")
            .File("app.py", Flask)
            .File("test_app.py");
        Assert.That(Text(),
            Does.Contain("COPY Pipfile ./\n").And.Contain("pipenv lock \\\n && pipenv requirements --hash > /tmp/requirements.txt"));
        Assert.That(Text(),
            Does.Contain("pipenv requirements --dev-only --hash > /tmp/test-requirements.txt && pip").And.Contain("-m pytest --junitxml"));
        _folder.File("Pipfile.lock", """{ "default": { "a": { "git": "https://example.com/a" } } }""");
        Assert.That(Text(),
            Does.Contain("COPY Pipfile Pipfile.lock ./\n").And.Not.Contain("pipenv lock")
                .And.Contain("pipenv requirements > /tmp/requirements.txt"));
        Assert.That(Text(), Does.Contain("--no-install-recommends git;"));
    }

    [Test]
    public void Poetry_without_a_lock_locks_in_the_builder_and_says_so()
    {
        _folder.File("pyproject.toml",
            "[tool.poetry]\nname = \"x\"\npackage-mode = false\n[tool.poetry.dependencies]\npython = \"^3.11\"\nflask = \"^3\"\ngunicorn = "
                + "{ version = \"*\" }\n").File("app.py", Flask);
        Assert.That(Text(), Does.Contain(" && poetry lock \\\n && poetry export --only main -o"));
        Assert.That(Project().Assumptions.Select(assumption => assumption.Text),
            Has.One.EqualTo("pyproject.toml locks no versions: two builds may install different ones."));
        Assert.That(Project().Entrypoint, Does.Contain("gunicorn"));
    }

    [Test]
    public void Requirements_are_followed_wherever_they_lead()
    {
        _folder.File("requirements.txt",
            "-r requirements/base.txt\n--constraint=limits.txt # pinned\n-e ./libs/words\n./wheels/a-1-py3-none-any.whl\nb @ file:libs/b\n")
            .File("requirements/base.txt", "-r more.txt\nflask \\\n  ==3\n")
            .File("requirements/more.txt", "Gunicorn>=20\n")
            .File("limits.txt")
            .Files("libs/words/setup.py", "wheels/a-1-py3-none-any.whl", "libs/b/setup.py").File("app.py", Flask);
        Assert.That(Text(), Does.Contain(
            """
            COPY requirements.txt limits.txt ./
            COPY requirements/base.txt requirements/more.txt requirements/
            COPY libs/words libs/words/
            COPY wheels/a-1-py3-none-any.whl ./wheels/
            COPY libs/b libs/b/
            """).And.Contain("\"gunicorn\", \"--bind\""));
        File.Delete(_folder["requirements/more.txt"]);
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("requirements/base.txt refers to 'requirements/more.txt'"));
    }

    [TestCase("requirements.txt", "-e .\nrequests\n", "requirements.txt")]
    [TestCase("setup.py", "setup(name='x', python_requires='>=3.11,<3.13', install_requires=['requests'])", ".")]
    [TestCase("setup.cfg", "[metadata]\nname = x\n[options]\npython_requires = >=3.11,<3.13\ninstall_requires =\n    requests\n", ".")]
    [TestCase("pyproject.toml",
        "[build-system]\nrequires = [\"x\"]\n[project]\nname = \"x\"\nrequires-python = \">=3.11,<3.13\"\ndynamic = [\"dependencies\"]\n",
        ".")]
    public void What_only_the_source_tells_is_installed_when_it_is_there(string file, string content, string what)
    {
        _folder.File(file, content).File("main.py");
        Assert.That(Text(),
            Does.Contain("COPY . .\nRUN --mount=type=cache,target=/root/.cache/pip pip --python /venv install --no-compile ")
                .And.Contain(what + "\n"));
        Assert.That(Text(), Does.StartWith(what == "." ? "FROM python:3.12-slim" : "FROM python:3.14-slim"));
        Assert.That(Project().Findings, Has.One.EqualTo($"{file} names the dependencies"));
    }

    [Test]
    public void Dynamic_dependencies_are_read_from_the_files_that_say_them()
    {
        _folder.File("pyproject.toml",
            "[project]\nname = \"x\"\ndynamic = [\"dependencies\"]\n[tool.setuptools.dynamic]\ndependencies = { file = [\"deps.txt\"] }\n")
            .File("deps.txt", "fastapi[standard]\n").File("main.py", "from fastapi import FastAPI\napi = FastAPI()\n");
        Assert.That(Text(), Does.Contain("COPY deps.txt ./\n").And.Contain("install --no-compile -r deps.txt\n"));
        Assert.That(string.Join(' ', Project().Entrypoint), Is.EqualTo("/venv/bin/python -m uvicorn main:api --host 0.0.0.0 --port 8000"));
    }

    [Test]
    public void A_project_is_listed_by_what_its_Python_has()
    {
        _folder.File("pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\"a\"]\noptional-dependencies = { db = [\"b\"] }\n")
            .File("main.py")
            .File(".python-version", "3.10");
        Assert.That(Text(python => python.Extras.Add("db")),
            Does.Contain("python -c \"from pip._vendor import tomli as tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; "
            + "print(*(p.get('dependencies', []) + p['optional-dependencies']['db']), sep=chr(10))\" > /tmp/requirements.txt"));
        _folder.File(".python-version", "3.11");
        Assert.That(Text(), Does.Contain("python -c \"import tomllib; p ="));
    }

    [Test]
    public void A_member_of_a_workspace_of_uv_is_installed_from_the_lock_above_it()
    {
        _folder.File("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"packages/*\"]\n").File("uv.lock")
            .File("packages/api/pyproject.toml",
                "[project]\nname = \"api\"\ndependencies = [\"fastapi\", \"uvicorn\", \"words\"]\n[tool.uv.sources]\nwords = { workspace = "
                    + "true }\n")
            .File("packages/api/main.py", "from fastapi import FastAPI\napp = FastAPI()\n")
            .File("packages/words/pyproject.toml", "[project]\nname = \"words\"\n");
        var project = PythonPreset.Describe(_folder["packages/api"], new PythonProjectSettings());
        Assert.That(project.ContextDirectory, Is.EqualTo(_folder.Path));
        Assert.That(project.ToDockerfile().ToString(), Does.Contain(
            """
            WORKDIR /app/packages/api
            RUN python -m venv --without-pip /venv
            COPY pyproject.toml uv.lock ../../
            COPY packages/api/pyproject.toml ../../packages/api/
            COPY packages/words/pyproject.toml ../../packages/words/
            """).And.Contain("COPY packages/api ../../packages/api/\nCOPY packages/words ../../packages/words/\n").And.Contain(
                "COPY --from=program /app/packages/api/ /app/packages/api/\n"));
        Assert.That(project.Assumptions.Select(one => one.Text), Has.One.Contains("is a package of a workspace"));
    }

    [TestCase("requirements-cpu.txt requirements-gpu.txt main.py", "python.Requirements = \"requirements-cpu.txt\"")]
    [TestCase("environment.yml main.py", "environment.yml, for conda")]
    public void Dependencies_in_another_place_are_never_none(string files, string message)
    {
        _folder.Files(files.Split(' '));
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains(message));
    }

    [Test]
    public void The_file_of_requirements_can_be_named()
    {
        _folder.Files("main.py", "a.txt", "uv.lock");
        Assert.That(Text(python => python.Requirements = "a.txt"), Does.Contain("install --no-compile -r a.txt\n"));
        Assert.That(() => Text(python => python.Requirements = "b.txt"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("Correct python.Requirements"));
    }

    [TestCase("fastapi uvicorn", "main.py", "from fastapi import FastAPI\napp: FastAPI = FastAPI(title='x')",
        "-m uvicorn main:app --host 0.0.0.0 --port 8000", "")]
    [TestCase("fastapi uvicorn", "app/main.py", "from fastapi import FastAPI\nfrom app.routes import r\nserver = FastAPI()",
        "-m uvicorn app.main:server --host 0.0.0.0 --port 8000", "")]
    [TestCase("fastapi uvicorn", "app/main.py", "from fastapi import FastAPI\nfrom routes import r\napp = FastAPI()",
        "-m uvicorn main:app --host 0.0.0.0 --port 8000", "/app")]
    [TestCase("fastapi hypercorn", "src/api/main.py", "import fastapi\napp = fastapi.FastAPI()",
        "-m hypercorn --bind 0.0.0.0:8000 api.main:app", "/src")]
    [TestCase("fastapi uvicorn", "api/__init__.py", "from fastapi import FastAPI\ndef create_app(debug=False):\n    return FastAPI()",
        "-m uvicorn --factory api:create_app --host 0.0.0.0 --port 8000", "")]
    [TestCase("flask gunicorn>=20", "wsgi.py", "from site_ import create_app\napplication = create_app()",
        "-m gunicorn --bind 0.0.0.0:8000 wsgi:application", "")]
    [TestCase("flask waitress", "app.py", "import flask\napp = flask.Flask(__name__)", "-m waitress --listen=0.0.0.0:8000 app:app", "")]
    [TestCase("starlette daphne", "main.py", "from starlette.applications import Starlette\napp = Starlette()",
        "-m daphne -b 0.0.0.0 -p 8000 main:app", "")]
    [TestCase("sanic", "main.py", "app = Sanic('x')", "-m sanic main:app --host 0.0.0.0 --port 8000", "")]
    [TestCase("celery[redis]", "jobs/worker.py", "from celery import Celery\nqueue = Celery('jobs')",
        "-m celery --app jobs.worker:queue worker --loglevel info", "")]
    [TestCase("streamlit", "pages.py", "import streamlit as st",
        "-m streamlit run pages.py --server.port=8501 --server.address=0.0.0.0 --server.headless=true", "")]
    [TestCase("requests", "main.py", "", "main.py", "")]
    [TestCase("requests", "tool/__main__.py", "", "-m tool", "")]
    [TestCase("requests", "report.py", "if __name__ == '__main__':\n    print(1)", "report.py", "")]
    public void What_runs_is_worked_out(string requirements, string file, string content, string command, string below)
    {
        _folder.File("requirements.txt", requirements.Replace(' ', '\n') + "\n")
            .File(file, content)
            .File("app/routes.py")
            .File("tests/main.py", "app = FastAPI()");
        Assert.That(string.Join(' ', Project().Entrypoint), Is.EqualTo("/venv/bin/python " + command));
        Assert.That(Project().Workdir, Is.EqualTo("/app" + below));
    }

    [Test]
    public void uWSGI_is_compiled_and_started_by_its_own_program()
    {
        _folder.File("requirements.txt", "flask\nuWSGI\n").File("app.py", Flask);
        Assert.That(Project().Entrypoint,
            Is.EqualTo(["/venv/bin/uwsgi", "--http-socket", "0.0.0.0:8000", "--master", "--die-on-term", "--virtualenv", "/venv",
                "--module", "app:app"]));
        Assert.That(Text(), Does.StartWith("FROM python:3.14 AS builder"));
    }

    [TestCase("flask", "app.py", Flask,
        "the line 'gunicorn' in requirements.txt. For the server that is for development alone write python.Command = [\"-m\", \"flask\", "
            + "\"--app\", \"app\"")]
    [TestCase("fastapi", "app/main.py", "app = FastAPI()",
        "app.main:app (app/main.py), and none of the servers that are known for it is among what requirements.txt names: uvicorn, "
            + "hypercorn, daphne, granian. Add one, as the line 'uvicorn'")]
    [TestCase("django", "manage.py", "", "mysite.wsgi:application (Django)")]
    public void A_server_that_is_not_installed_is_asked_for(string requirement, string file, string content, string message)
    {
        _folder.File("requirements.txt", requirement + "\n").File(file, content);
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains(message));
    }

    [Test]
    public void Several_programs_are_named()
    {
        _folder.File("requirements.txt", "fastapi\nuvicorn\n").File("a/main.py", "app = FastAPI()").File("b/main.py", "app = FastAPI()");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("several programs: a/main.py, b/main.py"));
    }

    [Test]
    public void A_Procfile_says_what_runs()
    {
        _folder.File("requirements.txt", "flask\ngunicorn\n")
            .File("app.py", Flask)
            .File("Procfile", "release: python migrate.py\nweb: gunicorn -w 3 --bind 0.0.0.0:${PORT:-5000} app:app\n");
        Assert.That(Project().Entrypoint, Is.EqualTo(["/venv/bin/gunicorn", "-w", "3", "--bind", "0.0.0.0:8000", "app:app"]));
        Assert.That(Project().Environment["PORT"], Is.EqualTo("8000"));
        Assert.That(Project().Findings, Has.One.StartsWith("Procfile (web) says what runs"));
    }

    [Test]
    public void A_line_of_a_Procfile_that_needs_a_shell_is_told()
    {
        _folder.File("requirements.txt", "flask\ngunicorn\n")
            .File("app.py", Flask)
            .File("Procfile", "web: flask db upgrade; gunicorn app:app\n");
        Assert.That(Project().Entrypoint, Does.Contain("app:app"));
        Assert.That(Project().Assumptions.Where(one => one.Doubtful).Select(one => one.Text),
            Has.One.Contains("'web: flask db upgrade; gunicorn app:app' was not taken"));
    }

    [TestCase(">=3.9,<4",
        "a-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl a-1.0-cp312-cp312-win_amd64.whl b-2-py3-none-any.whl "
            + "c-3-cp37-abi3-linux_x86_64.whl", "3.12")]
    [TestCase(">=3.9,<4", "b-2-py2.py3-none-any.whl typed_ast-1-cp38-cp38-linux_x86_64.whl", "3.14")]
    [TestCase(">=3.13", "a-1.0-cp310-cp310-linux_x86_64.whl", "3.14")]
    public void A_lock_whose_wheels_are_for_older_Pythons_gets_one_of_these(string range, string wheels, string version)
    {
        var files = string.Join(",\n", wheels.Split(' ').Select(file => $"    {{file = \"{file}\", hash = \"sha256:0\"}}"));
        _folder.File("pyproject.toml", $"[project]\nname = \"x\"\nrequires-python = \"{range}\"\n")
            .File("poetry.lock", $"files = [\n{files}\n]\n")
            .File("main.py");
        Assert.That(Text(), Does.StartWith($"FROM python:{version}-slim AS builder\n"));
        Assert.That(
            Project().Assumptions.Count(
                one => one.Text.Contains("poetry.lock has a 1.0, which has no wheel for a Python newer than 3.12: 3.12 is taken",
                    StringComparison.Ordinal)), Is.EqualTo(version == "3.12" ? 1 : 0));
    }

    [Test]
    public void A_workspace_names_its_packages()
    {
        _folder.File("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"api\"]\n")
            .File("uv.lock")
            .File("api/pyproject.toml", "[project]\nname = \"api\"\n");
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("MultiStagePython(\"./api\")"));
    }

    [Test]
    public void Django_collects_its_static_files_with_stand_ins_for_what_its_settings_want()
    {
        _folder.File("requirements.txt", "Django>=5\ngunicorn\n")
            .File("backend/manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.local')")
            .File("backend/shop/wsgi.py",
                "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.production')\napplication = get_wsgi_application()\n")
            .File("backend/shop/settings/production.py",
                "SECRET_KEY = os.environ['SECRET_KEY']\nDEBUG = env.bool('DEBUG', default=False)\nDATABASES = {'default': "
                    + "env.db('DATABASE_URL'), 'x': env('DATABASE_URL')}\nSTATIC_ROOT = BASE_DIR / 'static'\n");
        var project = Project();
        Assert.That(Text(),
            Does.Contain(
                "RUN cd backend && DATABASE_URL=sqlite:////tmp/build.sqlite3 SECRET_KEY=only-for-the-build "
                    + "DJANGO_SETTINGS_MODULE=shop.settings.production /venv/bin/python manage.py collectstatic --noinput\n"));
        Assert.That(project.Entrypoint,
            Is.EqualTo(["/venv/bin/python", "-m", "gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi:application"]));
        Assert.That(project.Workdir, Is.EqualTo("/app/backend"));
        Assert.That(project.Ports, Is.EqualTo(["8000"]));
        Assert.That(project.Assumptions.Where(one => one.Doubtful).Select(one => one.Text), Has.One.Contains("WhiteNoise"));
        _folder.File("requirements.txt", "django\ngunicorn\nwhitenoise\n");
        Assert.That(Project().Assumptions.Where(one => one.Doubtful), Is.Empty);
    }

    [Test]
    public void A_database_in_the_programs_own_folder_is_a_warning()
    {
        _folder.File("requirements.txt", "django\ndaphne\n")
            .File("manage.py")
            .File("shop/asgi.py", "application = get_asgi_application()\n")
            .File("shop/settings.py", "NAME = BASE_DIR / 'db.sqlite3'\n");
        Assert.That(Project().Entrypoint, Does.Contain("shop.asgi:application"));
        Assert.That(Project().Assumptions.Where(one => one.Doubtful).Select(one => one.Text), Has.One.Contains("python.Volumes"));
        Assert.That(Text(), Does.Not.Contain("collectstatic"));
    }

    [Test]
    public void Packages_with_native_parts_get_their_libraries_and_a_compiler_where_they_have_no_wheel()
    {
        _folder.File("requirements.txt", "psycopg2\nweasyprint\n").File("main.py").File(".python-version", "3.13");
        Assert.That(Text(), Does.StartWith("FROM python:3.13 AS builder\n"));
        Assert.That(Text(),
            Does.Contain("FROM python:3.13-slim AS runtime\n").And.Contain(
                "--no-install-recommends libpq5 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core;").And.Contain(
                    "FROM runtime AS final\n"));
        Assert.That(Text(python => python.Flavor = BaseFlavor.Alpine),
            Does.StartWith("FROM python:3.13-alpine AS builder\n")
                .And.Contain("apk add --no-cache libpq-dev build-base libpq pango font-dejavu;"));
        Assert.That(Project(python => python.FinalBase = "example/python:1").Assumptions.Where(one => one.Doubtful).Select(one => one.Text),
            Has.One.StartsWith("The base 'example/python:1' is taken to have what psycopg2, weasyprint load: libpq5,"));
    }

    [TestCase("psycopg[binary]")]
    [TestCase("psycopg2-binary")]
    public void Wheels_with_their_own_libraries_need_none(string requirement)
    {
        _folder.File("requirements.txt", requirement + "\n").File("main.py");
        Assert.That(Text(), Does.Not.Contain("AS runtime"));
    }

    [Test]
    public void What_the_builders_packages_were_for_is_looked_up_by_the_loader()
    {
        _folder.File("requirements.txt", "own\n").File("main.py");
        Assert.That(Text(python => python.BuilderPackages.Add("libown-dev")),
            Does.Contain("find /venv -type f \\( -name \"*.so\"").And.Contain("grep -v \"^/venv/\""));
    }

    [Test]
    public void A_library_is_told_as_one()
    {
        _folder.File("pyproject.toml", "[build-system]\nrequires = []\n[project]\nname = \"words\"\ndependencies = []\n")
            .File("src/words/__init__.py");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("is a library: pyproject.toml names no scripts"));
    }

    [Test]
    public void Tests_run_by_pytest_where_it_is_asked_for_and_else_by_unittest()
    {
        _folder.Files("main.py", "test_main.py");
        Assert.That(Text(), Does.Contain("-m unittest discover -v"));
        _folder.File("requirements.txt", "pytest\n");
        Assert.That(Text(), Does.Contain("-m pytest --junitxml=/test-results/pytest.xml"));
    }

    [TestCase("requirements-dev.txt", "pytest\n", "install --no-compile -r requirements-dev.txt && /venv/bin/python -m pytest")]
    [TestCase("pyproject.toml", "[project]\nname = \"x\"\n[dependency-groups]\ntest = [\"pytest\"]\n",
        "pip install \"pip>=25.1\" && pip --python /venv install --no-compile --group test && /venv/bin/python -m pytest")]
    [TestCase("pyproject.toml", "[project]\nname = \"x\"\n[project.optional-dependencies]\ntest = [\"pytest\"]\n",
        "print(*(p['optional-dependencies']['test'])")]
    [TestCase("pytest.ini", "[pytest]\n", "(pip --python /venv install --no-compile pytest && /venv/bin/python -m pytest")]
    public void What_tests_need_is_installed_for_them_alone(string file, string content, string command)
    {
        _folder.Files("main.py", "test_main.py").File(file, content);
        Assert.That(Text(), Does.Contain(command));
        Assert.That(Project().Builder.Instructions.Select(one => one.ToString()), Has.None.Contains("pytest"));
    }

    [Test]
    public void Faults_say_what_to_do()
    {
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("not a Python project"));
        _folder.File("a.py");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("python.Command.Add"));
        _folder.Files("uv.lock", "poetry.lock");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("uv.lock and poetry.lock"));
        File.Delete(_folder["uv.lock"]);
        _folder.File("pyproject.toml", "[");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not valid TOML"));
    }
}
