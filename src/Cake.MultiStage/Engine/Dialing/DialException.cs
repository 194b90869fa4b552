namespace Cake.MultiStage.Engine.Dialing;

/// <summary>
/// A program did not get to the engine. The message is the reason and what to do; who asked says what it was for.
/// </summary>
internal sealed class DialException(string reason, Exception? innerException = null) : IOException(reason, innerException);
