using Cake.Core;
using Cake.Core.IO;
using Cake.MultiStage.Tests.Contexts;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Aliases;

/// <summary>Tests of aliases that a script in a folder of its own calls, with what it logs.</summary>
public abstract class CakeFixture : FolderFixture
{
    private protected CakeLog _log = null!;

    [SetUp]
    public void MakeLog() => _log = new CakeLog();

    private protected ICakeContext Cake()
    {
        var environment = Mock.Of<ICakeEnvironment>(fake => fake.WorkingDirectory == new DirectoryPath(_folder.Path));
        return Mock.Of<ICakeContext>(fake => fake.Environment == environment && fake.Log == _log);
    }
}
