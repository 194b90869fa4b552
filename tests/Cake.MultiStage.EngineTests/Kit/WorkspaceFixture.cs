namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>Tests that each have a folder and an engine to themselves.</summary>
public abstract class WorkspaceFixture
{
    private protected Workspace _work = null!;

    [SetUp]
    public void Make_a_workspace() => _work = new Workspace();

    [TearDown]
    public async Task Clean() => await _work.DisposeAsync();
}
