namespace Cake.MultiStage.Dockerfiles;

/// <summary>Puts stages after those they refer to.</summary>
internal static class StageOrder
{
    /// <summary>
    /// Sorts stably: always the first given stage that waits for no other; the last given goes last if it can. Stages in a cycle keep the
    /// given order.
    /// </summary>
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
                // A cycle has no order; validation says so, along with whatever else is wrong.
                ready = 0;
            }

            order.Add(left[ready]);
            left.RemoveAt(ready);
        }

        return [.. order.Select(i => stages[i])];
    }
}
