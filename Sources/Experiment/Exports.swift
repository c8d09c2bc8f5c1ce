// A notebook imports this target alone and can name what the experiment is made of.
@_exported import Artifacts
@_exported import Authoring
@_exported import Detection
@_exported import Fisher
