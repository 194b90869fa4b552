namespace Cake.MultiStage.Dockerfiles;

/// <summary>A Dockerfile's text and where each instruction stands in it.</summary>
internal sealed record DockerfileText(string Text, IReadOnlyList<DockerfileLine> Lines);

/// <summary>
/// One instruction as written; lines count from 1. No instruction means the <c>FROM</c> of the stage; a stage below zero, a global
/// argument.
/// </summary>
internal sealed record DockerfileLine(int StageIndex, string? StageName, Instruction? Instruction, int FirstLine, int LastLine,
    string Text);
