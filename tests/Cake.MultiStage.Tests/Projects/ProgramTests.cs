using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What a preset takes for granted is looked at before the build: the program is there, and is one.</summary>
public sealed class ProgramTests : FolderFixture
{
    [TestCase(null, "holds no program: no file has 'package main'")]
    [TestCase("./lib", "The package './lib'")]
    [TestCase("./missing/", "The package './missing/'")]
    public void Go_needs_a_package_main(string? package, string message)
    {
        _folder.File("go.mod", "module m\n").File("lib/lib.go", "package lib\n");
        Assert.That(() => GoPreset.Describe(_folder.Path, new GoProjectSettings { Package = package }),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(message));
    }

    [TestCase("example.com/m/cmd/x")]
    [TestCase("./cmd/x/")]
    public void Go_packages_may_be_named_by_their_path(string package)
    {
        _folder.File("go.mod", "module example.com/m\n").File("cmd/x/main.go", "package main\n");
        Assert.That(GoPreset.Describe(_folder.Path, new GoProjectSettings { Package = package }).ToDockerfile().ToString(),
            Does.Contain($" {package}\n"));
    }

    [TestCase("\"main\": \"server.js\"", false)]
    [TestCase("\"scripts\": { \"start\": \"node dist/server.js\" }", false)]
    [TestCase("\"main\": \"lib/index\"", true)]
    [TestCase("\"scripts\": { \"build\": \"tsc\", \"start\": \"node dist/server.js\" }", true)]
    public void Node_needs_a_file_or_a_script_that_makes_it(string manifest, bool works)
    {
        _folder.File("package.json", $"{{ {manifest} }}").File("lib/index.js");
        Assert.That(
            () => NodePreset.Describe(_folder.Path, new NodeProjectSettings()),
            works
                ? Throws.Nothing
                : Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not in").And.Message.Contains("node.EntryFile = "));
    }

    [Test]
    public void Python_needs_the_file_that_it_is_to_run()
    {
        _folder.File("main.py");
        Assert.That(() => PythonPreset.Describe(_folder.Path, new PythonProjectSettings { Command = ["serve.py"] }),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'serve.py', which is not in"));
    }

    [Test]
    public void A_site_needs_the_folder_of_its_pages()
    {
        _folder.File("index.html");
        Assert.That(() => SitePreset.Describe(_folder.Path, new SiteProjectSettings { Output = "pages" }),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'pages', which is not a folder"));
    }
}
