using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class PythonProjectTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project(Action<PythonProjectSettings>? configure = null)
    {
        var settings = new PythonProjectSettings();
        configure?.Invoke(settings);
        return PythonPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<PythonProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    [Test]
    public void What_the_ignore_file_leaves_out_does_not_ship()
    {
        _folder.File("main.py").File("notes/a.txt").File(".dockerignore", "notes\n");
        Assert.That(Text(), Does.Contain("/app/main.py").And.Not.Contain("notes"));
    }

    [Test]
    public void Requirements_go_into_an_environment_before_the_source_comes_in()
    {
        _folder.File("requirements.txt", "flask==3\n").File(".python-version", "3.12\n").Files("app.py", "helpers/a.py", "tests/x.py", "README.md");
        Assert.That(Text(python => python.Ports.Add("8000")), Is.EqualTo(
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

            FROM builder AS development
            EXPOSE 8000
            EXPOSE 5678
            CMD ["/venv/bin/python", "-m", "flask", "--app", "app", "run", "--host", "0.0.0.0", "--port", "8000"]

            FROM python:3.12-slim AS final
            WORKDIR /app
            COPY --from=builder /venv /venv
            COPY --from=builder /app/app.py /app/app.py
            COPY --from=builder /app/helpers /app/helpers
            ENV PYTHONDONTWRITEBYTECODE=1
            ENV PYTHONUNBUFFERED=1
            EXPOSE 8000
            USER 65532:65532
            ENTRYPOINT ["/venv/bin/python", "-m", "flask", "--app", "app", "run", "--host", "0.0.0.0", "--port", "8000"]

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
        Assert.That(project.ToDockerfile().ToString(), Does.Contain("FROM python:3.14-slim AS builder").And.Contain("pip --python /venv install --no-compile --no-deps ."));
        Assert.That(project.Assumptions.Select(assumption => assumption.Text), Has.One.Contains("locks no versions"));
    }

    [TestCase("uv.lock", "uv export --locked")]
    [TestCase("poetry.lock", "poetry export --only main")]
    public void A_lock_is_exported_by_its_own_tool(string file, string command)
    {
        _folder.File("pyproject.toml", "[project]\nname = \"x\"\n").Files(file, "main.py");
        Assert.That(Text(), Does.Contain(command).And.Contain("install --no-compile -r /tmp/requirements.txt"));
    }

    [TestCase("uvicorn", "main.py", "/venv/bin/python -m uvicorn main:app --host 0.0.0.0 --port 8000")]
    [TestCase("gunicorn>=20", "wsgi.py", "/venv/bin/python -m gunicorn --bind 0.0.0.0:8000 wsgi:app")]
    [TestCase("requests", "main.py", "/venv/bin/python main.py")]
    [TestCase("requests", "tool/__main__.py", "/venv/bin/python -m tool")]
    public void What_runs_is_worked_out(string requirement, string file, string command)
    {
        _folder.File("requirements.txt", requirement + "\n").File(file);
        Assert.That(string.Join(' ', Project().Entrypoint), Is.EqualTo(command));
    }

    [Test]
    public void Tests_run_by_pytest_where_it_is_asked_for_and_else_by_unittest()
    {
        _folder.Files("main.py", "test_main.py");
        Assert.That(Text(), Does.Contain("-m unittest discover -v"));
        _folder.File("requirements.txt", "pytest\n");
        Assert.That(Text(), Does.Contain("-m pytest --junitxml=/test-results/pytest.xml"));
    }

    [Test]
    public void Faults_say_what_to_do()
    {
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("no Python project"));
        _folder.File("a.py");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("python.Command.Add"));
        _folder.Files("uv.lock", "poetry.lock");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("uv.lock and poetry.lock"));
        File.Delete(_folder["uv.lock"]);
        _folder.File("pyproject.toml", "[");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is no TOML"));
    }
}
