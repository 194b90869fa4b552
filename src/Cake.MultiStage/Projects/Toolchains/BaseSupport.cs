namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>How long what an image brings is supported.</summary>
/// <param name="Product">What it is, such as <c>Node.js</c> or <c>Debian</c>.</param>
/// <param name="Version">Its version, such as <c>20</c>, with the codename where people know it by that.</param>
/// <param name="EndOfLife">The end of its support.</param>
/// <param name="Next">The next version that is supported on the day asked for; null where the table has none.</param>
/// <param name="Newest">The newest version that is supported on that day; null where the table has none.</param>
/// <param name="Source">Where the date comes from.</param>
internal sealed record BaseSupport(string Product, string Version, DateOnly EndOfLife, string? Next, string? Newest, string Source);
