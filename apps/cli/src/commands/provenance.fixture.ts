/**
 * A Sigstore bundle of a synthetic builder and log, with the trusted root that knows them. It was made once by the
 * fixture of libs/provenance; the private keys were never kept. Worth nothing outside of tests.
 */
export const scene = {
  image: 'sha256:711254e917c10d9d70bed57f1a262ba5bc221a58efbfff5b65cad553c51458e5',
  publicKeyPem:
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbqQ7PomuxN9/KNn5x6jIFMfN80mk\nP68u8hFqTvxshhIX8a1cVBJDEPq38Q12AGqTIYaWu65PAKX6xundqZdasQ==\n-----END PUBLIC KEY-----\n',
  trustedRoot: {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      {
        baseUrl: 'https://log.test.invalid',
        hashAlgorithm: 'SHA2_256',
        publicKey: {
          rawBytes:
            'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECZWIUf5E/H0HoLQUuKHr+ADlPXN6cLk5JVdVwYkbgbidIlC0v3A/8uP9/n0EDwf40x8WueTtTZWombvUbKz5mA==',
          keyDetails: 'PKIX_ECDSA_P256_SHA_256',
          validFor: {
            start: '2026-01-01T00:00:00Z',
          },
        },
        logId: {
          keyId: 'y18oivBpEL86VP40on4qfLwgSDftbUxyd692dK2QUwA=',
        },
      },
    ],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  },
  bundle: {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      publicKey: {
        hint: 'builder',
      },
      tlogEntries: [
        {
          logIndex: '1',
          logId: {
            keyId: 'y18oivBpEL86VP40on4qfLwgSDftbUxyd692dK2QUwA=',
          },
          kindVersion: {
            kind: 'dsse',
            version: '0.0.1',
          },
          integratedTime: '1790000000',
          inclusionPromise: {
            signedEntryTimestamp:
              'MEQCIHLrHwSN6GfS0CyjRBBtwM0ocAWkihNQJSKUahvMvws4AiA2oKf7FqDmSo0ez5brIIi8J25Uv1uPLWyN5yV5UtRz1g==',
          },
          inclusionProof: {
            logIndex: '1',
            rootHash: 'k1HMLYM1YYFHcSeSIS++hgTyZAd0mng5PByuOUPLdus=',
            treeSize: '3',
            hashes: [
              '0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=',
              'Zx8UbF5HHooag6PCFM5LqQe486WIjRTMjNPOdbsS75Q=',
            ],
            checkpoint: {
              envelope:
                'log.test.invalid\n3\nk1HMLYM1YYFHcSeSIS++hgTyZAd0mng5PByuOUPLdus=\n\n— log.test.invalid y18oijBGAiEAuBeMdgQ4bn7dEPtkjB9XVh6kvDeEjPbj7GdVEALpViQCIQC0G7aGuabajjcJswH2SPPHWkSTYGWdVo6/uPdjBaimfg==\n',
            },
          },
          canonicalizedBody:
            'eyJhcGlWZXJzaW9uIjoiMC4wLjEiLCJraW5kIjoiZHNzZSIsInNwZWMiOnsicGF5bG9hZEhhc2giOnsiYWxnb3JpdGhtIjoic2hhMjU2IiwidmFsdWUiOiJlZDJhMjM2NGZjZWU2MTZhYzQ1YjU2MmE0ZWY3MTc3Y2RmYzFhZmVkMGRmNzJmNGFjMTRmMmE4MjNmMDViZTlhIn0sInNpZ25hdHVyZXMiOlt7InNpZ25hdHVyZSI6Ik1FVUNJUURJb3drY0lDWEYxNER4VTBBSGI2dWYwOE9ENEFrRkdzWUlQL0hqSTVmYXpBSWdia1ErNHRJVGhIT21aU0Y2UUE1NFFCaDZSbHAvZ09uUWhYekpTbG1QMjZzPSIsInZlcmlmaWVyIjoiTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFYnFRN1BvbXV4TjkvS05uNXg2aklGTWZOODBta1A2OHU4aEZxVHZ4c2hoSVg4YTFjVkJKREVQcTM4UTEyQUdxVElZYVd1NjVQQUtYNnh1bmRxWmRhc1E9PSJ9XX19',
        },
      ],
    },
    dsseEnvelope: {
      payload:
        'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnt9LCJwcmVkaWNhdGVUeXBlIjoiaHR0cHM6Ly9zbHNhLmRldi9wcm92ZW5hbmNlL3YxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6IjcxMTI1NGU5MTdjMTBkOWQ3MGJlZDU3ZjFhMjYyYmE1YmMyMjFhNThlZmJmZmY1YjY1Y2FkNTUzYzUxNDU4ZTUifSwibmFtZSI6InJlZ2lzdHJ5LnRlc3Qvd29ya2VyIn1dfQ==',
      payloadType: 'application/vnd.in-toto+json',
      signatures: [
        {
          sig: 'MEUCIQDIowkcICXF14DxU0AHb6uf08OD4AkFGsYIP/HjI5fazAIgbkQ+4tIThHOmZSF6QA54QBh6Rlp/gOnQhXzJSlmP26s=',
          keyid: '',
        },
      ],
    },
  },
};
