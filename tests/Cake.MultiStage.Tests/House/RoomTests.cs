using System.Reflection;
using Cake.MultiStage.Aliases;
using NetArchTest.Rules;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.House;

/// <summary>The arrows between the rooms: a room knows those before it and none after it.</summary>
public sealed class RoomTests
{
    private const string Root = "Cake.MultiStage";

    // What stands in one line is side by side: neither knows the other, except where a line below says so.
    private static readonly string[][] Order =
    [
        ["Images"],
        ["Dockerfiles"],
        ["Contexts"],
        ["Projects"],
        ["Building"],
        ["Registries"],
        ["Engine"],
        ["Measuring"],
        ["Archives"],
        ["Checking"],
        ["Reporting", "Progress"],
        ["Origins"],
        ["Aliases"],
        ["Tasks"],
    ];

    private static readonly Assembly Addin = typeof(MultiStageAliases).Assembly;

    private static IEnumerable<string> Rooms() => Order.SelectMany(rooms => rooms);

    private static IEnumerable<TestCaseData> Forbidden()
    {
        foreach (var (index, rooms) in Order.Index())
        {
            foreach (var room in rooms)
            {
                var others = rooms.Where(other => other != room).Concat(Order.Skip(index + 1).SelectMany(later => later));
                yield return Case(room, [.. others.Select(Space)]);
            }
        }

        yield return Case("Engine", Space("Projects"), Space("Origins"));
        yield return Case("Origins", Space("Engine"), Space("Reporting"));
    }

    private static TestCaseData Case(string room, params string[] others) =>
        new TestCaseData(room, others).SetArgDisplayNames(room, string.Join(", ", others.Select(other => other.Split('.')[^1])));

    private static string Space(string room) => $"{Root}.{room}";

    private static List<string> Knowing(string room, params string[] others) =>
        Types.InAssembly(Addin).That().ResideInNamespaceMatching($"^{Space(room).Replace(".", "[.]", StringComparison.Ordinal)}([.]|$)")
            .ShouldNot().HaveDependencyOnAny(others)
            .GetResult().FailingTypes.Select(type => type.FullName).Order(StringComparer.Ordinal).ToList();

    [TestCaseSource(nameof(Forbidden))]
    public void A_room_knows_no_later_one(string room, string[] others) => Assert.That(Knowing(room, others), Is.Empty);

    [Test]
    public void What_a_room_knows_is_seen() => Assert.That(Knowing("Aliases", Space("Engine")), Has.Some.EndsWith(nameof(AliasSession)));

    [Test]
    public void Every_type_is_in_a_room_or_at_the_root() => Assert.That(
        Addin.GetTypes()
            .Where(type => type.Namespace?.StartsWith(Root + ".", StringComparison.Ordinal) == true)
            .Select(type => type.Namespace!.Split('.')[2])
            .Distinct(StringComparer.Ordinal),
        Is.SubsetOf(Rooms()));

    [TestCase("Docker.DotNet", "Engine")]
    [TestCase("Cake.Core", "Aliases", "Tasks")]
    [TestCase("Cake.Common", "Aliases", "Tasks")]
    [TestCase("Spectre.Console", "Aliases", "Reporting", "Progress")]
    public void A_library_is_seen_in_its_rooms_alone(string library, params string[] rooms)
    {
        var users = Types.InAssembly(Addin).That().HaveDependencyOnAny(library).GetTypes().Select(type => type.FullName).ToList();
        Assert.That(users, Is.Not.Empty);
        Assert.That(users.Where(user => !rooms.Any(room => user!.StartsWith(Space(room) + ".", StringComparison.Ordinal))), Is.Empty);
    }
}
