"""The errors that Jointlens raises on bad input.

Every message is one line that names the file, the value that is wrong and the remedy; the command line
prints it as it stands and exits with 1, the window shows it in the status line and the log.
"""


class JointlensError(Exception):
    """Base of every error that the user can do something about."""


class DatasetError(JointlensError):
    """A data set, an estimates file, an image or a mask is missing or not what it should be."""


class BodyError(JointlensError):
    """A body model file cannot be used."""


class RegressorError(JointlensError):
    """A joint regressor is malformed, or belongs to another mesh topology."""


class UntrustedFileError(JointlensError):
    """A pickle asks for a class that is not on the allow-list; nothing of it was loaded."""


class ProjectError(JointlensError):
    """A project folder cannot be opened, written or found."""


class SettingsError(JointlensError):
    """An option has a value that cannot be used."""


class DeviceError(JointlensError):
    """The device that was asked for is not there, cannot be used, or is too small."""


class PluginError(JointlensError):
    """Another package offers something that cannot be used."""


class EngineError(JointlensError):
    """Workers cannot be started, or fail at whatever they are given."""
