using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

/// <summary>Tests that each have a folder of their own.</summary>
public abstract class FolderFixture
{
    private protected TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();
}
