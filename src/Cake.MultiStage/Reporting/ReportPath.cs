namespace Cake.MultiStage.Reporting;

/// <summary>Paths where there is little room.</summary>
internal static class ReportPath
{
    /// <summary>Keeps the end of a path, which tells more.</summary>
    public static string Short(string path, int most) => path.Length <= most ? path : "…" + path[^(most - 1)..];
}
