# valkey [FILE...]
#     the suites, with each store on a server of Valkey or Redis

export WHATSAUTH_ENGINE=valkey

# Left out are suites about the folder of a store, its file, disk, ring and
# threads; those that count blocks of memory, of which this engine keeps some;
# and one that calls sites at the address where the server is.

is_of_folder() {
    case $1 in
        t/04-store/04[0-2]-*|t/04-store/052-*|t/04-store/06[0-2]-*) ;;
        t/04-store/07[01]-*|t/04-store/09[0-3]-*|t/04-store/11[2-5]-*) ;;
        t/07-twilio/010-*|t/11-claim/070-*|t/11-claim/130-*) ;;
        t/10-failures/0[01]0-*|t/10-failures/02[12]-*) ;;
        t/10-failures/03[0-2]-*|t/10-failures/050-*) ;;
        t/10-failures/06[178]-*|t/10-failures/070-*) ;;
        *) return 1 ;;
    esac
}


files=
for file in t/0[2-9]*/*.t t/1[0-5]*/*.t; do
    is_of_folder "$file" || files="$files $file"
done

run_suites "$@"
