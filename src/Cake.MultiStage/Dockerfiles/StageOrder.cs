namespace Cake.MultiStage.Dockerfiles;

/// <summary>Puts stages after those they refer to.</summary>
internal static class StageOrder
{
    /// <summary>Sorts stably: always the first given stage that waits for no other; the last given goes last if it can.</summary>
    public static IReadOnlyList<Stage> Sort(IReadOnlyList<Stage> stages, IEnumerable<ArgInstruction>? arguments = null)
    {
        var defaults = new GlobalArguments(arguments ?? []);
        var graph = new StageGraph(stages);
        // A number names a place, and the places are what changes here: only names bind.
        var waits = Enumerable.Range(0, stages.Count)
            .Select(i => graph.Bases(i)
                .Concat(graph.References(i).Select(graph.IndexOf))
                .Append(stages[i].Base is ArgumentBase chosen ? graph.IndexOf(defaults.Expand(chosen.Expression)) : -1)
                .Where(index => index >= 0 && index != i).ToHashSet())
            .ToArray();
        List<int> order = [];
        var left = Enumerable.Range(0, stages.Count).ToList();
        while (left.Count > 0)
        {
            var ready = left.FindIndex(i => waits[i].IsSubsetOf(order));
            if (ready < 0)
            {
                throw new DockerfileException([Cycle(stages, waits, left)]);
            }

            order.Add(left[ready]);
            left.RemoveAt(ready);
        }

        return [.. order.Select(i => stages[i])];
    }

    private static string Cycle(IReadOnlyList<Stage> stages, HashSet<int>[] waits, List<int> left)
    {
        List<int> path = [left[0]];
        while (true)
        {
            var next = waits[path[^1]].First(left.Contains);
            var start = path.IndexOf(next);
            path.Add(next);
            if (start >= 0)
            {
                var names = path.Skip(start).Select(i => stages[i].Name ?? "stage " + Words.Number(i));
                return $"stages refer to one another in a circle: {string.Join(" -> ", names)}; break it by moving what they share into a stage of its own";
            }
        }
    }
}
