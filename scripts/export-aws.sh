#!/usr/bin/env bash
# Exports what kmsim needs to answer for an AWS account, in the layout that `kmsim import aws` reads.
#
#     scripts/export-aws.sh OUT REGION...
#     scripts/export-aws.sh --organization OUT
#
# The first form exports the account of the credentials at hand: its users, roles and policies, and of each
# Region its keys and VPC endpoints. Run it once for each account, into the same folder. The second form
# exports the organization; it needs the management account or a delegated administrator.
#
# Only commands that read are called; policies/identity/export.json allows them and nothing else. Of keys no
# material, and of secrets nothing, is read. What cannot be read is told and left out; the exit code is 1 then.
set -euo pipefail

failed=0

usage() {
    sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

# Runs an aws command and puts its answer into a file, whole or not at all.
save() {
    local file=$1
    shift
    mkdir -p "$(dirname "$file")"
    if aws "$@" --output json > "$file.part" < /dev/null; then
        mv "$file.part" "$file"
    else
        rm -f "$file.part"
        echo "not exported: $file (aws $*)" >&2
        failed=1
    fi
}

# Prints the words of an answer, a line each. Nothing if it cannot be read; then save has told so already.
list() {
    aws "$@" --output text 2> /dev/null < /dev/null | tr '\t' '\n' | sed '/^$/d; /^None$/d' || true
}

export_account() {
    local out=$1
    shift
    local account
    account=$(aws sts get-caller-identity --query Account --output text)
    save "$out/$account/identity.json" sts get-caller-identity
    save "$out/$account/iam/authorization-details.json" iam get-account-authorization-details
    for region in "$@"; do
        export_region "$out/$account/$region" "$region"
    done
}

export_region() {
    local out=$1 region=$2
    save "$out/keys.json" kms list-keys --region "$region"
    save "$out/aliases.json" kms list-aliases --region "$region"
    save "$out/vpc-endpoints.json" ec2 describe-vpc-endpoints --region "$region" \
        --filters 'Name=service-name,Values=*.kms,*.kms-fips'
    while read -r key; do
        save "$out/keys/$key/metadata.json" kms describe-key --region "$region" --key-id "$key"
        save "$out/keys/$key/policy.json" kms get-key-policy --region "$region" --key-id "$key" --policy-name default
        save "$out/keys/$key/grants.json" kms list-grants --region "$region" --key-id "$key"
        save "$out/keys/$key/tags.json" kms list-resource-tags --region "$region" --key-id "$key"
    done < <(list kms list-keys --region "$region" --query 'Keys[].KeyId')
}

export_organization() {
    local out=$1/organization
    save "$out/organization.json" organizations describe-organization
    save "$out/roots.json" organizations list-roots
    save "$out/accounts.json" organizations list-accounts
    while read -r root; do
        export_unit "$out" "$root"
    done < <(list organizations list-roots --query 'Roots[].Id')
    export_policies "$out/policies" scps SERVICE_CONTROL_POLICY
    export_policies "$out/policies" rcps RESOURCE_CONTROL_POLICY
}

# A root or unit: what is in it, and what is in that.
export_unit() {
    local out=$1 unit=$2
    save "$out/units/$unit.json" organizations list-organizational-units-for-parent --parent-id "$unit"
    save "$out/accounts/$unit.json" organizations list-accounts-for-parent --parent-id "$unit"
    while read -r below; do
        export_unit "$out" "$below"
    done < <(list organizations list-organizational-units-for-parent --parent-id "$unit" --query 'OrganizationalUnits[].Id')
}

export_policies() {
    local out=$1 name=$2 type=$3
    save "$out/$name.json" organizations list-policies --filter "$type"
    while read -r policy; do
        save "$out/$policy/policy.json" organizations describe-policy --policy-id "$policy"
        save "$out/$policy/targets.json" organizations list-targets-for-policy --policy-id "$policy"
    done < <(list organizations list-policies --filter "$type" --query 'Policies[].Id')
}

case ${1-} in
    --organization)
        [[ $# -eq 2 ]] || usage
        export_organization "$2"
        ;;
    '' | -*)
        usage
        ;;
    *)
        [[ $# -ge 2 ]] || usage
        export_account "$@"
        ;;
esac
exit "$failed"
