from services.deduplicator.app import main

main()
