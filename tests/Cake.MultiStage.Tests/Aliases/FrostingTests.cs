using System.Text.RegularExpressions;
using Cake.Core;
using Cake.MultiStage.Aliases;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NUnit.Framework;
using Path = System.IO.Path;

namespace Cake.MultiStage.Tests.Aliases;

/// <summary>
/// The build project of the guide, against Cake's own interfaces: Cake Frosting's classes have here the shape of theirs and do nothing.
/// </summary>
public sealed partial class FrostingTests
{
    private const string Frosting =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading.Tasks;
        using Cake.Core;
        using Cake.Core.IO;

        namespace Cake.Frosting
        {
            public interface IFrostingContext : ICakeContext;

            public interface IFrostingTask;

            public interface IFrostingSetup;

            public class FrostingContext(ICakeContext context) : CakeContextAdapter(context), IFrostingContext;

            public abstract class FrostingTask<T> : IFrostingTask where T : ICakeContext
            {
                public virtual void Run(T context) { }
            }

            public abstract class AsyncFrostingTask<T> : IFrostingTask where T : ICakeContext
            {
                public virtual Task RunAsync(T context) => Task.CompletedTask;
            }

            public abstract class FrostingSetup : IFrostingSetup
            {
                public abstract void Setup(ICakeContext context, ISetupContext info);
            }

            [AttributeUsage(AttributeTargets.Class)]
            public sealed class TaskNameAttribute(string name) : Attribute
            {
                public string Name => name;
            }

            [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
            public sealed class IsDependentOnAttribute(Type task) : Attribute
            {
                public Type Task => task;
            }

            public sealed class CakeHost
            {
                public CakeHost UseContext<T>() where T : class, IFrostingContext => this;
                public CakeHost UseSetup<T>() where T : class, IFrostingSetup => this;
                public CakeHost UseWorkingDirectory(DirectoryPath path) => this;
                public int Run(IEnumerable<string> args) => 0;
            }
        }
        """;

    [Test]
    public void The_build_project_of_the_guide_compiles()
    {
        var guide = Path.Combine(TestContext.CurrentContext.TestDirectory, "Documents", "recipes", "guides", "hosts.md");
        var project = Project().Match(File.ReadAllText(guide).ReplaceLineEndings("\n")).Groups["code"].Value;
        Assert.That(project, Does.Contain("[TaskName(\"Image\")]"));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Append(typeof(MultiStageAliases).Assembly.Location)
            .Append(typeof(ICakeContext).Assembly.Location)
            .Distinct(StringComparer.Ordinal)
            .Select(file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create(
            "Build",
            [CSharpSyntaxTree.ParseText(Frosting), CSharpSyntaxTree.ParseText(project)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        Assert.That(
            compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => diagnostic.ToString()),
            Is.Empty);
    }

    [GeneratedRegex("```csharp\n(?<code>using Cake.Core;.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Project();
}
