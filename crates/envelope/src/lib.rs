//! Envelope encryption: the message format of the AWS Encryption SDK.
