using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.Core.Scripting.CodeGen;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Tests.Contexts;
using Cake.MultiStage.Tests.Reporting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Aliases;

/// <summary>Every alias, as Cake's host takes it: its generated form compiles, its example too, and its arguments are checked.</summary>
public sealed partial class AliasTests
{
    private static readonly Assembly Addin = typeof(MultiStageAliases).Assembly;
    private static readonly MethodInfo[] Aliases = [.. typeof(MultiStageAliases).GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => method.IsDefined(typeof(CakeMethodAliasAttribute)))];
    private static readonly MetadataReference[] References = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(System.IO.Path.PathSeparator)
        .Append(Addin.Location)
        .Append(typeof(ICakeContext).Assembly.Location)
        .Distinct(StringComparer.Ordinal)
        .Select(file => MetadataReference.CreateFromFile(file))];

    private static readonly Dictionary<string, XElement> Docs = XDocument.Load(System.IO.Path.ChangeExtension(Addin.Location, ".xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    // What Cake's host gives every script, as far as the examples use it.
    private static readonly string Host =
        """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Text;
        using System.Threading.Tasks;
        using Cake.Core;
        using Cake.Core.IO;
        using Cake.Core.Diagnostics;
        """
        + string.Concat(typeof(MultiStageAliases).GetCustomAttributes<CakeNamespaceImportAttribute>()
            .Concat(Aliases.SelectMany(alias => alias.GetCustomAttributes<CakeNamespaceImportAttribute>()))
            .Select(import => $"\nusing {import.Namespace};"))
        + """

        public sealed class Script
        {
            public ICakeContext Context => null;
            public CakeTaskBuilder Task(string name) => null;
            public void Setup<T>(Func<ICakeContext, T> data) where T : class { }
            public CakeReport RunTarget(string target) => null;
            public int StartProcess(FilePath program, ProcessSettings settings) => 0;
            public void EnsureDirectoryExists(DirectoryPath path) { }
            public T Argument<T>(string name, T value) => value;
            public string EnvironmentVariable(string name) => name;
            public void Information(string text) { }
            public void Information(string text, params object[] arguments) { }

        """;

    private static IEnumerable<TestCaseData> Each() =>
        Aliases.Select(
            alias => new TestCaseData(alias).SetArgDisplayNames(alias.Name,
                string.Join(", ", alias.GetParameters().Skip(1).Select(parameter => parameter.Name))));

    private static string Generated() => string.Concat(Aliases.Select(alias => MethodAliasGenerator.Generate(alias) + "\n"));

    private static XElement? Member(MethodInfo alias) => Docs.GetValueOrDefault(
        $"M:{alias.DeclaringType}.{alias.Name}"
            + $"({string.Join(',', alias.GetParameters().Select(parameter => XmlName(parameter.ParameterType)))})");

    /// <summary>
    /// An alias's documentation as editors and Cake's site read it: what it says itself takes precedence over what it inherits.
    /// </summary>
    private static Dictionary<string, XElement> Documentation(MethodInfo alias)
    {
        var own = Member(alias)!;
        var inherited = own.Element("inheritdoc") is { } reference ? Docs[reference.Attribute("cref")!.Value].Elements() : [];
        return inherited.Concat(own.Elements().Where(element => element.Name != "inheritdoc"))
            .GroupBy(element => $"{element.Name} {(element.Attribute("name") ?? element.Attribute("cref"))?.Value}".TrimEnd(),
                StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);
    }

    /// <summary>The arguments of an alias that are its own: neither the context, nor settings in any form, nor a token.</summary>
    private static IEnumerable<ParameterInfo> Own(MethodInfo alias) =>
        alias.GetParameters().Skip(1).Where(parameter => !IsSettings(parameter) && !IsToken(parameter));

    private static bool IsToken(ParameterInfo parameter) => parameter.ParameterType == typeof(CancellationToken?);

    private static bool IsSettings(ParameterInfo parameter) =>
        (parameter.ParameterType.IsSubclassOf(typeof(Delegate))
            ? parameter.ParameterType.GetGenericArguments()[0]
            : parameter.ParameterType).Name.EndsWith("Settings", StringComparison.Ordinal);

    /// <summary>The form of an alias: what it takes after its own arguments.</summary>
    private static string Form(MethodInfo alias) =>
        (alias.Name.EndsWith("Async", StringComparison.Ordinal) ? "Async" : "")
        + string.Concat(alias.GetParameters()
            .Skip(1)
            .Except(Own(alias))
            .Select(parameter => IsToken(parameter) ? " token?" : parameter.IsOptional ? " settings?" : " configure"));

    private static IEnumerable<TestCaseData> Families() => Aliases
        .GroupBy(
            alias =>
                $"{(alias.Name.EndsWith("Async", StringComparison.Ordinal) ? alias.Name[..^5] : alias.Name)}"
                    + $"({string.Join(", ", Own(alias).Select(parameter => $"{parameter.ParameterType.Name} {parameter.Name}"))})",
                    StringComparer.Ordinal)
        .Select(family => new TestCaseData((object)family.ToArray()) { TestName = $"An_alias_has_the_forms_of_all_others: {family.Key}" });

    private static string XmlName(Type type) =>
        type.IsArray ? XmlName(type.GetElementType()!) + "[]"
        : type.IsGenericType
        ? $"{type.Namespace}.{type.Name.Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(XmlName))}}}"
        : type.FullName!;

    private static void AssertCompiles(string code)
    {
        var compilation = CSharpCompilation.Create("Script", [CSharpSyntaxTree.ParseText(code)], References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var errors = compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.ToString());
        Assert.That(errors, Is.Empty, code);
    }

    [Test]
    public void The_generated_form_of_every_alias_compiles()
    {
        Assert.That(Aliases, Is.Not.Empty);
        AssertCompiles(Host + Generated() + "}");
    }

    [Test]
    public void Every_alias_has_an_example_and_all_of_them_compile()
    {
        var examples = new StringBuilder();
        foreach (var alias in Aliases)
        {
            Assert.That(Documentation(alias).GetValueOrDefault("example")?.Element("code")?.Value,
                Is.Not.Null.And.Contains(alias.Name + "("), alias.ToString());
        }

        foreach (var (index, code) in Aliases.Select(alias => Member(alias)!.Element("example")?.Element("code")?.Value)
            .OfType<string>()
            .Index())
        {
            examples.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"public async Task Example{index}()\n{{\nawait System.Threading.Tasks.Task.Yield();\n{code}\n}}\n");
        }

        AssertCompiles(Host + Generated() + examples + "}");
    }

    [Test]
    public void Every_script_of_the_README_the_guides_and_the_recipes_compiles()
    {
        var documents = System.IO.Path.Combine(TestContext.CurrentContext.TestDirectory, "Documents");
        var scripts = System.IO.Directory.EnumerateFiles(documents, "*.md", SearchOption.AllDirectories)
            .SelectMany(file => CodeBlock().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value))
            .Concat(System.IO.Directory.EnumerateFiles(documents, "*.cake", SearchOption.AllDirectories).Select(File.ReadAllText))
            .Where(script => !script.Contains("using Cake.Frosting;", StringComparison.Ordinal))
            .ToList();
        Assert.That(scripts, Has.Count.GreaterThan(1));
        AssertCompiles(Host
            + Generated()
            + string.Concat(scripts.Select((script, index) => $"public void Script{index}()\n{{\n{Directive().Replace(script, "")}\n}}\n"))
            + "}");
    }

    [TestCaseSource(nameof(Each))]
    public void Every_part_of_an_alias_is_documented(MethodInfo alias)
    {
        var documentation = Documentation(alias);
        Assert.That(documentation["summary"].Value, Is.Not.Empty);
        Assert.That(alias.GetParameters().Select(parameter => $"param {parameter.Name}"), Is.SubsetOf(documentation.Keys));
        Assert.That(documentation.ContainsKey("returns"), Is.EqualTo(alias.ReturnType != typeof(void)));
    }

    [TestCaseSource(nameof(Families))]
    public void An_alias_has_the_forms_of_all_others(MethodInfo[] family)
    {
        List<string> forms = [.. family.Select(Form)];
        var isAwaited = family[0].GetCustomAttribute<CakeAliasCategoryAttribute>()!.Name is not ("Describe" or "Generate");
        var hasSettings = forms.Exists(form => form.Contains("settings", StringComparison.Ordinal));
        string[] synchronous = hasSettings ? [" settings?", " configure"] : [""];
        Assert.That(forms,
            Is.EquivalentTo(isAwaited ? [.. synchronous, hasSettings ? "Async settings? token?" : "Async token?"] : synchronous));
    }

    [TestCaseSource(nameof(Each))]
    public void An_optional_parameter_is_null_when_it_is_left_out(MethodInfo alias) =>
        Assert.That(
            alias.GetParameters()
                .Where(parameter => parameter.IsOptional)
                .Where(
                    parameter => parameter.DefaultValue is not null
                        || (parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null)),
            Is.Empty);

    [TestCaseSource(nameof(Each))]
    public void An_alias_is_an_extension_of_the_context_and_has_a_category(MethodInfo alias)
    {
        Assert.That(alias.GetParameters()[0].ParameterType, Is.EqualTo(typeof(ICakeContext)));
        Assert.That(alias.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute)), Is.True);
        Assert.That(alias.GetCustomAttribute<CakeAliasCategoryAttribute>()?.Name, Is.Not.Null.And.Not.Empty);
    }

    [TestCaseSource(nameof(Each))]
    public void No_argument_may_be_null(MethodInfo alias)
    {
        using var folder = new TemporaryFolder()
            .File("main.go")
            .File("main.py")
            .File("index.html")
            .File("package.json", """{ "main": "a.js" }""");
        var parameters = alias.GetParameters();
        foreach (var missing in parameters.Where(parameter => !parameter.IsOptional))
        {
            object?[] arguments = [.. parameters.Select(
                parameter => parameter == missing || parameter.IsOptional ? null : Value(parameter.ParameterType, folder.Path))];
            Assert.That(async () => await InvokeAsync(alias, arguments),
                Throws.ArgumentNullException.With.Property("ParamName").EqualTo(missing.Name));
        }
    }

    private static async Task InvokeAsync(MethodInfo alias, object?[] arguments)
    {
        if (alias.Invoke(obj: null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null) is Task task)
        {
            await task;
        }
    }

    private static object Value(Type type, string folder)
    {
        if (type == typeof(ICakeContext))
        {
            var environment = Mock.Of<ICakeEnvironment>(fake => fake.WorkingDirectory == new DirectoryPath(folder));
            return Mock.Of<ICakeContext>(
                fake => fake.Environment == environment
                    && fake.Log == Mock.Of<Cake.Core.Diagnostics.ICakeLog>()
                    && fake.ProcessRunner == Mock.Of<IProcessRunner>());
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return Delegate.CreateDelegate(type,
                typeof(AliasTests).GetMethod(nameof(Configure), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(
                    type.GetGenericArguments()));
        }

        return type switch
        {
            _ when type == typeof(DirectoryPath) => new DirectoryPath(folder),
            _ when type == typeof(FilePath) => new FilePath(folder + "/file"),
            _ when type == typeof(string) => "final",
            _ when type == typeof(string[]) => Array.Empty<string>(),
            _ when type == typeof(string) => "text",
            _ when type == typeof(Cake.MultiStage.Projects.ImageProject) =>
                Cake.MultiStage.Projects.Go.GoPreset.Describe(folder, new Cake.MultiStage.Projects.GoProjectSettings()),
            _ when type == typeof(IEnumerable<Cake.MultiStage.Projects.ImageProject>) =>
                Array.Empty<Cake.MultiStage.Projects.ImageProject>(),
            _ when type == typeof(IEnumerable<VerifiedImage>) => Array.Empty<VerifiedImage>(),
            _ when type == typeof(Cake.MultiStage.Building.BuiltImage) => ReportTests.Measured().Image,
            _ => Activator.CreateInstance(type)!,
        };
    }

    private static void Configure<TSettings>(TSettings settings) => Assert.That(settings, Is.Not.Null);

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^#(addin|load|tool|:).*$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Directive();
}
