use super::*;

#[test]
fn names_are_unique_and_read_back() {
    for code in ErrorCode::ALL {
        assert_eq!(code.name().parse(), Ok(code));
        assert!(code.name().ends_with("Exception"));
        assert!([400, 500, 503].contains(&code.status()), "{code}");
        assert_eq!(
            code.status() >= 500,
            code.is_retryable() && code != ErrorCode::Throttling
        );
    }
    let error = "NotFoundExeption".parse::<ErrorCode>().unwrap_err();
    assert_eq!(error.closest(), Some("NotFoundException"));
    insta::assert_snapshot!(error, @"KMS has no exception of this name, did you mean `NotFoundException`?");
}

#[test]
fn an_error_is_written_as_the_protocol_wants_it() {
    let error = KmsError::new(
        ErrorCode::Disabled,
        "arn:aws:kms:us-east-1:111122223333:key/1 is disabled.",
    );
    insta::assert_snapshot!(
        error.to_json(),
        @r#"{"__type":"DisabledException","message":"arn:aws:kms:us-east-1:111122223333:key/1 is disabled."}"#
    );
    insta::assert_snapshot!(error, @"DisabledException: arn:aws:kms:us-east-1:111122223333:key/1 is disabled.");
    assert_eq!(
        KmsError::invalid_ciphertext().to_string(),
        "InvalidCiphertextException"
    );
}
