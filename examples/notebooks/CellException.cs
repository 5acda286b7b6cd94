namespace Notebooks;

/// <summary>A cell could not be run to its end; the message names the notebook, the cell and, where it is known, the line.</summary>
sealed class CellException(string notebook, NotebookCell cell, int? line, string what, Exception? inner = null)
    : Exception($"{notebook}, cell {cell.Number} ('{cell.Id}'){(line is null ? "" : $", line {line}")}: {what}", inner);
