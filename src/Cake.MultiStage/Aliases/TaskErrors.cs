using System.Reflection;

namespace Cake.MultiStage.Aliases;

/// <summary>Tells whether anybody has looked at the error of a task.</summary>
/// <remarks>
/// The runtime knows, and tells by <see cref="TaskScheduler.UnobservedTaskException"/> from the thread of finalizers. That is the thread
/// which raises <see cref="AppDomain.ProcessExit"/>, so at the end of a process it never comes to it. What the runtime knows is read
/// instead; where a later runtime keeps it elsewhere, nothing is told, and a unit test fails.
/// </remarks>
internal static class TaskErrors
{
    public static bool AreObserved(Task task) =>
        Value(Value(Value(task, typeof(Task), "m_contingentProperties"), "m_exceptionsHolder"), "m_isHandled") is not false;

    private static object? Value(object? owner, string field) => owner is null ? null : Value(owner, owner.GetType(), field);

    private static object? Value(object owner, Type type, string field) =>
        type.GetField(field, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)?.GetValue(owner);
}
