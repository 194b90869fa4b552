namespace Cake.MultiStage.Building;

/// <summary>A cache that names itself, and what it is named by.</summary>
internal sealed record SharedCache(BuildCache Cache, CacheNaming Naming);
