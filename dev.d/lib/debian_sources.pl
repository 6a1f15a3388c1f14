#!/usr/bin/perl
#
# debian_sources.pl TYPE [SUITE]: the machine's apt sources that are Debian's
# own, as stanzas of TYPE, which is deb or deb-src.  SUITE, where given, takes
# the place of the release's suites.

use strict;
use warnings;

my ($type, $suite) = @ARGV;
my ($codename) = slurp('/etc/os-release') =~ /^VERSION_CODENAME=(\w+)/m;

# unstable has the code name of the release that it is going to be.
my $release = qr/(?:$codename|sid|unstable)/;

for my $line (map { split /\n/ } map { slurp($_) }
              glob('/etc/apt/sources.list /etc/apt/sources.list.d/*.list'))
{
    $line =~ /^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.*)/ or next;
    my %entry = (uris => $2, suites => $3, components => $4);
    $entry{'signed-by'} = $1 if ($1 // '') =~ /signed-by=(\S+)/;
    show(%entry);
}

for my $stanza (map { split /\n\s*\n/ } map { slurp($_) }
                glob('/etc/apt/sources.list.d/*.sources'))
{
    $stanza =~ s/^#.*\n?//mg;
    my %entry = map { /^([\w-]+):\s*(.*)/s ? (lc $1, $2) : () }
                split /\n(?=\S)/, $stanza;
    next if ($entry{enabled} // '') eq 'no';
    show(%entry) if ($entry{types} // '') =~ /\bdeb(?!-)/;
}

sub show {
    my %entry = @_;
    my @suites = grep { /^$release(-updates|-security)?$/ }
                 split ' ', $entry{suites};

    return unless @suites && " $entry{components} " =~ /\smain\s/;
    return if $suite && !grep { /^$release$/ } @suites;

    print "Types: $type\nURIs: $entry{uris}\nComponents: main\n",
          'Suites: ', $suite || "@suites", "\n",
          $entry{'signed-by'} ? "Signed-By: $entry{'signed-by'}\n" : '', "\n";
}

sub slurp {
    open my $file, '<', $_[0] or return '';
    local $/;
    return <$file> // '';
}
